"""`paperboy import`: load an export into the database, all of it or nothing."""

import argparse
import shutil
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

from bot.cli.main import ANSWERED, language_from
from bot.cli.output import print_json
from bot.core import Core
from bot.errors import UsageError
from bot.sentences import sentence
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Load the file and say how much of what there is now."""
    from bot.storage.transfer import import_lines

    core = Core(load_settings())
    with _opened(arguments.file) as lines:
        counts = import_lines(core.engine, lines, arguments.file, replace=arguments.replace)
    # It was fed from another database; the next command builds it anew.
    shutil.rmtree(core.settings.index_folder, ignore_errors=True)
    if arguments.json:
        print_json({"rows": counts})
        return ANSWERED
    for table, rows in counts.items():
        print(f"{rows:>8}  {table}")
    print(Words(language_from(arguments)).gettext("{rows} rows imported and compared.", rows=sum(counts.values())))
    return ANSWERED


def _opened(name: str) -> AbstractContextManager[IO[bytes]]:
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(sentence("{file} can't be read: {reason}.", file=name, reason=reason)) from None
