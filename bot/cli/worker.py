"""`paperboy worker`: deliver digests without answering anybody, beside other replicas on one PostgreSQL."""

import argparse
import asyncio

from bot import heap
from bot.bootstrap import build_adapters, build_host
from bot.cli.log import start_log
from bot.cli.main import ANSWERED, language_from
from bot.cli.run import heed_termination
from bot.core import Core
from bot.daily import run_daily, runs_in_cluster
from bot.errors import UsageError
from bot.running import run_until_done
from bot.sentences import sentence
from bot.settings import load_settings
from bot.suggestions import LibrarySuggestions


def run(arguments: argparse.Namespace) -> int:
    """Work until told to stop. Raises UsageError where the database isn't shared by replicas."""
    heed_termination()
    settings = load_settings(notes=arguments.notes)
    core = Core(settings)
    if not runs_in_cluster(core):
        raise UsageError(
            sentence(
                "Workers share a PostgreSQL. Set DATABASE_URL, and install it with `pip install 'paperboy[cluster]'`."
            )
        )
    start_log(settings)
    core.open_library()
    suggestions = LibrarySuggestions(core.library, core.local_date)
    asyncio.run(_work(core, language_from(arguments), suggestions))
    return ANSWERED


async def _work(core: Core, language: str, suggestions: LibrarySuggestions) -> None:
    adapters = build_adapters(build_host(core, language, suggestions))
    await run_until_done(mains={"digests": run_daily(core, adapters)}, beside={"heap": heap.keep_small()})
