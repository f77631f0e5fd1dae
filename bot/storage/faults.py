"""Say what is wrong with the database in one sentence that holds the cure and no password."""

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.sentences import Sentence, sentence


def explain(engine: Engine, error: DBAPIError) -> Sentence | None:
    """Return the sentence for an error of the database, or None where the fault is in the program."""
    if engine.dialect.name == "sqlite":
        return _explain_sqlite(Path(engine.url.database or ""), str(error.orig))
    if error.connection_invalidated or isinstance(error, OperationalError | InterfaceError):
        return _explain_postgresql(engine, str(error.orig))
    return None


def _explain_sqlite(file: Path, reason: str) -> Sentence | None:
    match reason:
        case _ if "locked" in reason:
            return sentence(
                "The database {file} is locked by another program. Stop that program or wait for it, then try again.",
                file=file,
            )
        case _ if "unable to open" in reason:
            return _explain_unopened(file)
        case _ if "not a database" in reason or "malformed" in reason:
            return sentence(
                "The database {file} is damaged. Put a backup in its place, or move it away to start anew from the"
                " notes (without the subscriptions).",
                file=file,
            )
        case _ if "readonly" in reason:
            return sentence(
                "The database {file} is read-only. Let Paperboy write to the file and to its folder.", file=file
            )
        case _ if "full" in reason:
            return sentence(
                "The disk is full: the database {file} can't grow. Free some space and try again; nothing was"
                " half-written.",
                file=file,
            )
        case _ if "disk I/O" in reason:
            return sentence("The disk failed under the database {file}. Check the disk.", file=file)
    return None


def _explain_unopened(file: Path) -> Sentence:
    if not file.parent.is_dir():
        return sentence(
            "The folder {folder} of the database doesn't exist. Create it, or name another with PAPERBOY_DATA.",
            folder=file.parent,
        )
    return sentence("The database {file} can't be opened. Let Paperboy read and write it and its folder.", file=file)


def _explain_postgresql(engine: Engine, reason: str) -> Sentence:
    url = engine.url
    lines = [line.strip() for line in reason.splitlines() if line.strip()] or ["no reason given"]
    shown = lines[-1].rsplit("FATAL:", 1)[-1].strip().rstrip(".?")
    if url.password:
        shown = shown.replace(str(url.password), "***")
    return sentence(
        "PostgreSQL at {host} can't be used: {reason}. Check DATABASE_URL and whether the server is up.",
        host=url.host or url.query.get("host") or "localhost",
        reason=shown,
    )
