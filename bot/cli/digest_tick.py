"""`paperboy digest tick`: one turn of the daily job, for cron, for backfills, for tests."""

import argparse
from datetime import UTC, datetime

from bot.cli.digests import delivery_documents, delivery_line, utc, with_adapters
from bot.cli.main import ANSWERED, MISUSED, language_from
from bot.cli.output import print_json
from bot.core import Core, SystemClock
from bot.daily import ShiftedClock, build_deliverer, tick
from bot.digest.ledger import State
from bot.errors import UsageError
from bot.ports import Clock
from bot.sentences import sentence
from bot.settings import load_settings
from bot.words import Words

_BROKEN = (State.FAILED, State.AMBIGUOUS)


def run(arguments: argparse.Namespace) -> int:
    """Plan and deliver what is due, and list it; exit 2 where a delivery failed."""
    words = Words(language_from(arguments))
    clock: Clock = SystemClock() if arguments.now is None else ShiftedClock(read_instant(arguments.now))
    core = Core(load_settings(notes=arguments.notes), clock)
    now = clock.now()
    core.refresh()
    ids = with_adapters(core, arguments, lambda adapters: tick(core, adapters, as_of=arguments.now is not None))
    done = build_deliverer(core, {})[0].read(ids)
    if arguments.json:
        print_json({"now": utc(now), "deliveries": delivery_documents(core, done)})
    else:
        for one in done:
            print(delivery_line(one, words))
        if not done:
            print(words.gettext("Nothing was due."))
    return MISUSED if any(one.state in _BROKEN for one in done) else ANSWERED


def read_instant(text: str) -> datetime:
    """Read an instant in ISO 8601, UTC where it names no zone; raises UsageError for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(sentence("“{text}” is not an instant. Use e.g. 2024-04-17T00:00:00Z.", text=text)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
