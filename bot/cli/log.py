"""Set the log up for a command that goes on for long."""

import sys

from bot.bootstrap import settings_models
from bot.configuration.sources import known_secrets, read_sources
from bot.logs import set_up_logs
from bot.redaction import Redactor
from bot.settings import Settings


def start_log(settings: Settings) -> None:
    """Log to standard error, or to `paperboy.log` in the data folder while a person sits at the prompt."""
    models, sources = settings_models(), read_sources()
    platforms_serve = bool(known_secrets(models[1:], sources))
    file = None if platforms_serve or not _is_interactive() else settings.data / "paperboy.log"
    set_up_logs(settings.log, Redactor(known_secrets(models, sources)), file)


def _is_interactive() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
