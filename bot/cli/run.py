"""`paperboy run`: start every adapter whose tokens are set; with none, the console."""

import argparse
import asyncio
import signal
import sys

from bot.bootstrap import run as run_bot
from bot.cli.log import start_log
from bot.cli.main import ANSWERED, language_from
from bot.cli.output import progress_bar
from bot.core import Core
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Read the notes, then answer until told to stop."""
    heed_termination()
    settings = load_settings(notes=arguments.notes)
    language = language_from(arguments, settings.lang)
    start_log(settings)
    core = Core(settings)
    with progress_bar(Words(language).gettext("Reading the notes")) as progress:
        core.open_library(progress)
    asyncio.run(run_bot(core, language))
    return ANSWERED


def heed_termination() -> None:
    """End at SIGTERM also before the loop runs: the first process of a container would ignore it otherwise."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
