"""`paperboy digest show`: what a channel gets on a date, and why the rest stays out."""

import argparse

from bot.cli.digests import configured_or_all, digest_document, read_day
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json
from bot.core import Core
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Show a date's digest for a channel; one that isn't configured is taken to want everything."""
    words = Words(language_from(arguments))
    core = Core(load_settings(notes=arguments.notes))
    core.open_library()
    day = read_day(arguments.date, core)
    channel = configured_or_all(core, arguments.channel)
    digest = core.digest_store.preview(channel, day)
    if arguments.json:
        print_json(digest_document(digest, channel))
        return ANSWERED if digest.chosen else NOTHING_FOUND
    print(words.gettext("{day}, for {channel}", day=words.day(day), channel=channel.address))
    for one in digest.chosen:
        print(f"  + {one.filed.entry.title} — {words.say(one.why)}")
    for out in digest.left_out:
        print(f"  - {out.filed.entry.title} — {words.say(out.why)}")
    return ANSWERED if digest.chosen else NOTHING_FOUND
