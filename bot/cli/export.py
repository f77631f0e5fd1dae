"""`paperboy export`: everything the database holds, as JSON lines in a file or on standard output."""

import argparse
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.cli.main import ANSWERED, language_from
from bot.cli.output import say
from bot.core import Core
from bot.errors import UsageError
from bot.sentences import sentence
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Write the export whole, or nothing."""
    from bot.storage.transfer import export_lines

    core = Core(load_settings())
    lines = export_lines(core.engine, core.clock.now())
    if arguments.file == "-":
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream wherever we run
        sys.stdout.writelines(lines)
        return ANSWERED
    rows = _write(Path(arguments.file), lines)
    words = Words(language_from(arguments))
    say(words.gettext("{rows} rows written to {file}.", rows=rows, file=arguments.file))
    return ANSWERED


def _write(file: Path, lines: Iterable[str]) -> int:
    """Write a file that only this user can read, for it may hold tokens; give it its name when it is complete."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    count = 0
    try:
        unfinished.touch(mode=0o600)
        with unfinished.open("w", encoding="utf-8") as out:
            for count, line in enumerate(lines, start=1):  # noqa: B007 - the last number is the answer
                out.write(line)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(sentence("{file} can't be written: {reason}.", file=file, reason=reason)) from None
    finally:
        unfinished.unlink(missing_ok=True)
    return count - 2  # without the header and the end
