"""`paperboy tags`: the tags and how many entries carry each."""

import argparse

from bot.cli.main import ANSWERED, NOTHING_FOUND
from bot.cli.output import print_json
from bot.core import Core
from bot.settings import load_settings


def run(arguments: argparse.Namespace) -> int:
    """List the tags, most used first."""
    counts = Core(load_settings(notes=arguments.notes)).open_library().tag_counts(arguments.text)
    if arguments.json:
        print_json({"tags": [{"tag": count.tag, "entries": count.entries} for count in counts]})
    else:
        for count in counts:
            print(f"{count.entries:>6}  #{count.tag}")
    return ANSWERED if counts else NOTHING_FOUND
