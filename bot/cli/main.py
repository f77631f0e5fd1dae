"""Run one command; turn every error into one sentence on standard error and an exit code."""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence

from bot import heap
from bot.cli.commands import COMMANDS
from bot.cli.parser import as_typed, build_parser, runner
from bot.errors import PaperboyError
from bot.words import LANGUAGES, Words, choose_language, language_of_environment

ANSWERED, NOTHING_FOUND, MISUSED = 0, 1, 2
_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0 answered, 1 nothing found, 2 misused or failed."""
    heap.look_seldom()
    _keep_odd_characters_printable()
    given = as_typed(sys.argv[1:] if arguments is None else arguments)
    language = _language_before_parsing(given)
    try:
        chosen = build_parser(COMMANDS, Words(language)).parse_args(given)
        language = language_from(chosen)
        return runner(chosen.module)(chosen)
    except PaperboyError as error:
        return _fail(Words(language).say(error.sentence))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; Python would complain again while it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED
    except Exception:
        if os.environ.get("PAPERBOY_DEBUG"):
            raise
        reference = secrets.token_hex(2).upper()
        _log_crash(reference)
        return _fail(our_fault(Words(language), reference))


def language_from(arguments: argparse.Namespace | None, configured: str | None = None) -> str:
    """Choose the language: `--lang`, PAPERBOY_LANG, what the settings say, then the environment's locale."""
    asked = getattr(arguments, "lang", None) or os.environ.get("PAPERBOY_LANG") or configured
    return choose_language(asked) if asked else language_of_environment(os.environ)


def _language_before_parsing(arguments: Sequence[str]) -> str:
    """Find `--lang` among arguments that nobody has parsed yet, so that help and misuse are explained in it."""
    finder = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    finder.add_argument("--lang", choices=LANGUAGES)
    try:
        return language_from(finder.parse_known_args(arguments)[0])
    except argparse.ArgumentError:
        return language_from(None)


def our_fault(words: Words, reference: str) -> str:
    """Admit a failure that is ours, with the reference that the log has too."""
    return words.gettext("Something went wrong on my side (ref {reference}). Nothing was changed.", reference=reference)


def _log_crash(reference: str) -> None:
    """Leave the traceback in the log, where a command has set one up; a person's terminal gets none."""
    import logging

    if logging.getLogger().handlers:
        logging.getLogger(__name__).exception("a command failed", extra={"reference": reference})


def _fail(said: str) -> int:
    print(said, file=sys.stderr)
    return MISUSED


def _keep_odd_characters_printable() -> None:
    """Print lone surrogates and what the terminal can't show as `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
