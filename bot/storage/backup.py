"""Copy a SQLite database aside before its tables are changed: whole and consistent, whoever else is reading."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.errors import StorageError
from bot.sentences import sentence

KEPT = 3
_log = logging.getLogger(__name__)


def back_up(engine: Engine, label: str, now: datetime | None = None) -> Path | None:
    """Copy the database into `backups/` beside it and return the copy; None for PostgreSQL, which has its own tools.

    `label` tells in the copy's name what it is from. The newest three copies are kept. Raises StorageError where no
    copy can be made. The caller may hold the write lock: what is copied is the last committed state.
    """
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    source = Path(engine.url.database)
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S%fZ")
    target = source.parent / "backups" / f"{source.stem}-{moment}-{label}{source.suffix}"
    try:
        target.parent.mkdir(exist_ok=True)
        with _whole(target) as unfinished:
            _copy(source, unfinished)
        _forget_old(source, target.parent)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            sentence(
                "The database {file} can't be backed up, so it was left as it was: {reason}."
                " Make room and let Paperboy write to {folder}.",
                file=source,
                reason=str(error).rstrip("."),
                folder=target.parent,
            )
        ) from error
    _log.info("Copied the database to %s", target)
    return target


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Give the target its name only when it is complete and on the disk."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        yield unfinished
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old:
        # Nobody but this user may read it: the database can hold tokens of installed workspaces.
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target)) as new:
            old.backup(new)


def _forget_old(source: Path, folder: Path) -> None:
    copies = sorted(folder.glob(f"{source.stem}-*{source.suffix}"))
    for copy in copies[:-KEPT]:
        copy.unlink()
