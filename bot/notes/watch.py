"""Notice changes in the notes folder while the bot runs, and refresh soon after each burst of them."""

import asyncio
import logging
from collections.abc import Callable, Set
from contextlib import aclosing
from pathlib import Path

from watchfiles import Change, awatch

from bot.errors import PaperboyError
from bot.notes.fingerprint import fingerprint

_log = logging.getLogger(__name__)

# Milliseconds: a burst is over when nothing happens for the first, and is not waited for longer than the second.
_QUIET_MS = 100
_BURST_MS = 600
# How often it is looked whether the folder is still the same one, which its own watch can't tell.
_LOOK_MS = 500
# Seconds between looks at all files where the system sends no events.
_POLL = 1.0
# Seconds: without any event, in case one was missed, and after a refresh that failed.
_EVERY = 300.0
_RETRY = 15.0


async def watch(root: Path, refresh: Callable[[], object], *, polling: bool = False, every: float = _EVERY) -> None:
    """Call `refresh` in a thread at the start and after each change in the notes folder, until cancelled.

    A refresh that fails is logged and tried again; it also runs `every` so many seconds, in case the system
    misses an event. `polling` looks at the files each second instead of listening, for network folders and
    the like that send no events; where the system can't listen, that comes by itself.
    """
    calls = _Calls(refresh, every)
    while not polling:
        try:
            await _listen(root, calls)
        except (OSError, RuntimeError) as error:
            # Too few inotify watches or instances are left: an OSError and a RuntimeError of watchfiles.
            if polling := _identity(root) is not None:
                _log.warning("the system can't watch %s (%s): looking at its files instead", root, error)
        if not _identity(root):
            await asyncio.sleep(_LOOK_MS / 1000)
    await _poll(root, calls)


class _Calls:
    """Call the refresh, and know when the next one is due without a change."""

    def __init__(self, refresh: Callable[[], object], every: float) -> None:
        self._refresh = refresh
        self._every = every
        self._due = 0.0

    @property
    def due(self) -> bool:
        return asyncio.get_running_loop().time() >= self._due

    def make_due(self) -> None:
        """Ask for a refresh without a change."""
        self._due = 0.0

    async def call(self) -> None:
        """Refresh; a failure must not end the watch."""
        wait = self._every
        try:
            await asyncio.to_thread(self._refresh)
        except PaperboyError as error:
            _log.warning("the notes could not be refreshed: %s", error)
            wait = _RETRY
        except Exception:  # noqa: BLE001 - whatever it is, the next change deserves its refresh
            _log.exception("the notes could not be refreshed")
            wait = _RETRY
        self._due = asyncio.get_running_loop().time() + min(wait, self._every)


async def _listen(root: Path, calls: _Calls) -> None:
    """Listen to the folder that stands at a path now; return when it is gone or another one stands there."""
    standing = _identity(root)
    if standing is None:
        return
    changes = awatch(
        root,
        watch_filter=None,
        debounce=_BURST_MS,
        step=_QUIET_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        force_polling=False,
        ignore_permission_denied=True,
    )
    calls.make_due()
    async with aclosing(changes) as bursts:
        async for burst in bursts:
            # A folder made anew at once may get the number of the one that was deleted.
            if _identity(root) != standing or (Change.deleted, str(root)) in burst:
                return
            if calls.due or concerns_notes(root, burst):
                await calls.call()


async def _poll(root: Path, calls: _Calls) -> None:
    """Look at the files again and again; right after a change once more, since an edit may hide in the same tick."""
    seen = ""
    _log.info("looking at the files in %s each second", root)
    while True:
        try:
            stamp = await asyncio.to_thread(fingerprint, root)
        except PaperboyError:
            changed = False
        else:
            changed = stamp.value != seen or not stamp.settled
            seen = stamp.value
        if changed or calls.due:
            await calls.call()
        await asyncio.sleep(_POLL)


def _identity(root: Path) -> tuple[int, int] | None:
    """Tell which folder stands at a path, through links; None where none does."""
    try:
        status = root.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def concerns_notes(root: Path, burst: Set[tuple[Change, str]]) -> bool:
    """Tell whether anything but hidden files changed: an Obsidian vault writes those all the time."""
    return any(not _is_hidden(root, Path(path)) for _, path in burst)


def _is_hidden(root: Path, path: Path) -> bool:
    try:
        parts = path.relative_to(root).parts
    except ValueError:
        return False
    return any(part.startswith(".") for part in parts)
