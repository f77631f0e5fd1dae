"""Write the log: for a person on a terminal, JSON lines otherwise, one reference id from payload to answer.

The code logs through the standard library, `logging.getLogger(__name__)`, with fields as `extra=`, and so do the
platform SDKs; structlog draws all of it. A person's words go into the fields of CONTENT and nowhere else: they are
left out unless asked for. Importing this is cheap; structlog is imported when the log is set up.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from structlog.typing import Processor

    from bot.settings import LogSettings

Redact = Callable[[str], str]
EventFields = MutableMapping[str, Any]

# Fields that hold what people wrote or were shown.
CONTENT = frozenset({"body", "content", "payload", "query", "text"})
OURS = ("bot", "adapters")
# Libraries that tell an operator nothing below a warning.
CHATTY = ("alembic", "watchfiles", "aiohttp.access")
LARGEST_FILE = 5_000_000
OLD_FILES = 2
_REFERENCE: ContextVar[str | None] = ContextVar("reference", default=None)


@contextmanager
def referring(reference: str) -> Iterator[None]:
    """Give every line logged in this block, and in the threads and tasks it starts, the reference of a request."""
    token = _REFERENCE.set(reference)
    try:
        yield
    finally:
        _REFERENCE.reset(token)


def set_up_logs(settings: "LogSettings", redact: Redact, file: Path | None = None) -> None:
    """Send every log line to standard error, or to a file that is kept small; replaces an earlier set-up.

    The file is for the console, whose prompt shares the terminal. SDKs log whole payloads in debug lines, so
    those are written only where the content of messages is asked for.
    """
    handler = _file_handler(file) if file is not None else logging.StreamHandler(sys.stderr)
    on_terminal = file is None and sys.stderr.isatty()
    as_text = settings.format == "text" or (settings.format == "auto" and on_terminal)
    handler.setFormatter(_formatter(settings, redact, as_text=as_text, colours=on_terminal))
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    root = logging.getLogger()
    for old in root.handlers[:]:
        if getattr(old, "name", None) == __name__:
            root.removeHandler(old)
            old.close()
    handler.name = __name__
    root.addHandler(handler)
    root.setLevel(level if settings.content else max(level, logging.INFO))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)
    threading.excepthook = _log_thread_crash


def _file_handler(file: Path) -> logging.Handler:
    """Open the log file; where that can't be, the log goes to standard error rather than nowhere."""
    from logging.handlers import RotatingFileHandler

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(
            file, maxBytes=LARGEST_FILE, backupCount=OLD_FILES, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return logging.StreamHandler(sys.stderr)


def _formatter(settings: "LogSettings", redact: Redact, *, as_text: bool, colours: bool) -> logging.Formatter:
    with _without("rich"):  # structlog would load it, and pygments, to draw tracebacks as we never do: 0.2 s
        import structlog

    class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
        """Redact last, so that tracebacks and the arguments of SDKs are redacted too."""

        def format(self, record: logging.LogRecord) -> str:
            return redact(super().format(record))

    chain = _fields(settings.content)
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    drawing = _as_text(colours) if as_text else _as_json()
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return RedactingFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *chain], processors=[remove_meta, *drawing]
    )


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Let an import in this block do without a package that it can do without, unless that is there already."""
    absent = package not in sys.modules
    if absent:
        sys.modules[package] = None  # type: ignore[assignment]  # what Python reads as: not to be found
    try:
        yield
    finally:
        if absent:
            del sys.modules[package]


def _fields(content: bool) -> "list[Processor]":
    import structlog

    chain: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_reference,
    ]
    return chain if content else [*chain, _leave_content_out]


def _as_text(colours: bool) -> "list[Processor]":
    import structlog

    # The default draws the variables of every frame, and with them what people wrote.
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)]


def _as_json() -> "list[Processor]":
    import structlog

    return [
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(serializer=_to_json),
    ]


def _to_json(event: EventFields, **_: object) -> str:
    try:
        return json.dumps(event, ensure_ascii=False, default=str)
    except (TypeError, ValueError):  # a key that JSON has no form for, or a circle
        return json.dumps({name: str(value) for name, value in event.items()}, ensure_ascii=False)


def _add_reference(_: object, __: str, event: EventFields) -> EventFields:
    reference = _REFERENCE.get()
    if reference is not None:
        event.setdefault("reference", reference)
    return event


def _leave_content_out(_: object, __: str, event: EventFields) -> EventFields:
    for name in CONTENT & event.keys():
        event[name] = f"({len(str(event[name]))} characters)"
    return event


def _log_thread_crash(crash: threading.ExceptHookArgs) -> None:
    if crash.exc_type is SystemExit:
        return
    error = crash.exc_value or crash.exc_type()
    name = crash.thread.name if crash.thread else "unknown"
    logging.getLogger("bot").critical("A thread crashed", exc_info=error, extra={"thread_of_crash": name})
