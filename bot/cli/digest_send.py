"""`paperboy digest send`: post a date's digest to a channel now."""

import argparse
import sys

from bot.cli.digests import configured, delivery_documents, delivery_line, read_day, with_adapters
from bot.cli.main import ANSWERED, MISUSED, NOTHING_FOUND, language_from
from bot.cli.output import print_json
from bot.core import Core
from bot.daily import build_deliverer, deliver_one
from bot.digest.ledger import State
from bot.settings import load_settings
from bot.words import Words

_OPEN = (State.PENDING, State.SENDING)


def run(arguments: argparse.Namespace) -> int:
    """Post what the daily job would for that date; `--again` ignores what was delivered."""
    words = Words(language_from(arguments))
    core = Core(load_settings(notes=arguments.notes))
    core.refresh()
    channel = configured(core, arguments.channel)
    wanted = core.digest_store.ask_for(channel, read_day(arguments.date, core), again=arguments.again)
    if wanted is not None:
        with_adapters(core, arguments, lambda adapters: deliver_one(core, adapters, wanted))
    done = build_deliverer(core, {})[0].read([wanted] if wanted else [])
    if arguments.json:
        print_json({"deliveries": delivery_documents(core, done)})
    for one in done:
        if not arguments.json:
            print(delivery_line(one, words))
    obstacle = core.digest_store.obstacle(done[0]) if done and done[0].state in _OPEN else None
    if obstacle is not None:
        print(words.say(obstacle), file=sys.stderr)
    if not done or done[0].state is State.EMPTY:
        if not arguments.json:
            print(words.gettext("There is nothing to post."))
        return NOTHING_FOUND
    return ANSWERED if done[0].state is State.POSTED else MISUSED
