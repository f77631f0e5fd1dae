"""`paperboy ask`: one command as typed in a channel, answered on standard output."""

import argparse
import secrets

from bot.bootstrap import console_drawing
from bot.cli.documents import reply_document
from bot.cli.main import ANSWERED, MISUSED, NOTHING_FOUND, language_from
from bot.cli.output import print_json, progress_bar
from bot.core import Core
from bot.grammar import is_public, read_line
from bot.message import Outcome, Person, Request
from bot.model import ChannelAddress
from bot.settings import load_settings
from bot.words import Words

_EXIT = {Outcome.ANSWERED: ANSWERED, Outcome.NOTHING_FOUND: NOTHING_FOUND}
_PERSON = Person(id="operator", name="operator")


def run(arguments: argparse.Namespace) -> int:
    """Answer one command."""
    core = Core(load_settings(notes=arguments.notes))
    language = language_from(arguments, core.settings.lang)
    with progress_bar(Words(language).gettext("Reading the notes")) as progress:
        core.open_library(progress)
    request = Request(
        address=ChannelAddress.read(arguments.channel),
        person=_PERSON,
        command=read_line(arguments.text),
        language=language,
        reference=secrets.token_hex(2).upper(),
        public=is_public(arguments.text),
    )
    reply = core.service().handle(request)
    if arguments.json:
        print_json(reply_document(reply))
    else:
        console_drawing()(reply)
    return _EXIT.get(reply.outcome, MISUSED)
