"""`paperboy show`: one note by its id."""

import argparse

from bot.bootstrap import console_drawing
from bot.cli.documents import entry_document
from bot.cli.main import ANSWERED, language_from
from bot.cli.output import print_json
from bot.commands import OpenEntry
from bot.core import Core
from bot.errors import UsageError
from bot.message import Person, Request
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.settings import load_settings


def run(arguments: argparse.Namespace) -> int:
    """Show one note as a channel would see it, or whole as JSON."""
    core = Core(load_settings(notes=arguments.notes))
    library = core.open_library()
    filed = library.entry(arguments.id)
    if filed is None:
        raise UsageError(sentence("No note has the id {id}. `paperboy search --json` prints the ids.", id=arguments.id))
    if arguments.json:
        print_json(entry_document(filed))
        return ANSWERED
    request = Request(
        address=ChannelAddress("console", "local", "main"),
        person=Person(id="operator", name="operator"),
        command=OpenEntry(filed.id),
        language=language_from(arguments),
        reference="show",
    )
    console_drawing()(core.service().handle(request))
    return ANSWERED
