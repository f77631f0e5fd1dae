"""Run the parts of the bot side by side until they are done or a signal asks them to stop."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager

from bot.errors import PaperboyError

# What is being sent may take 30 s; an operator's `docker stop` and systemd are patient enough with a little more.
STOP_LIMIT = 33.0
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_log = logging.getLogger(__name__)

Work = Coroutine[None, None, None]


async def run_until_done(mains: Mapping[str, Work], beside: Mapping[str, Work]) -> None:
    """Run everything until all of `mains` are done or a signal comes; what runs `beside` them is then stopped.

    A main that fails leaves the others running. Raises the first failure where no main ended well.
    """
    async with _stop_requested() as stop:
        background = [asyncio.create_task(_survive(name, work), name=name) for name, work in beside.items()]
        tasks = {asyncio.create_task(work, name=name) for name, work in mains.items()}
        stopping = asyncio.create_task(stop.wait())
        try:
            await _until_all_end(tasks, stopping)
        finally:
            await _cancel([stopping, *tasks, *background])
    _raise_failure(tasks)


async def _until_all_end(tasks: set[asyncio.Task[None]], stopping: "asyncio.Task[bool]") -> None:
    left: set[asyncio.Task[None]] = set(tasks)
    while left and not stopping.done():
        done, _ = await asyncio.wait({*left, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done & left:
            if not task.cancelled() and (error := task.exception()) is not None:
                _log.error("%s stopped: %s", task.get_name(), error, exc_info=_unexpected(error))
        left -= done


async def _survive(name: str, work: Work) -> None:
    """Log how a background part ends when nobody asked it to."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - the other parts go on, whatever this one's end was
        _log.error("%s stopped: %s", name, error, exc_info=_unexpected(error))


async def _cancel(tasks: "list[asyncio.Task[None] | asyncio.Task[bool]]") -> None:
    for task in tasks:
        task.cancel()
    _, late = await asyncio.wait(tasks, timeout=STOP_LIMIT)
    for task in late:
        _log.warning("%s did not stop in time", task.get_name())


def _raise_failure(tasks: set[asyncio.Task[None]]) -> None:
    ended = [task for task in tasks if task.done() and not task.cancelled()]
    failures = [error for task in ended if (error := task.exception()) is not None]
    if failures and len(failures) == len(tasks):
        raise failures[0]


def _unexpected(error: BaseException) -> BaseException | None:
    """Keep the traceback of what nobody foresaw; an error of our own says all in its sentence."""
    return None if isinstance(error, PaperboyError) else error


@asynccontextmanager
async def _stop_requested() -> AsyncIterator[asyncio.Event]:
    """Turn SIGTERM and Ctrl-C into an event for as long as the block runs."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in its loops
        for number in _SIGNALS:
            loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in _SIGNALS:
                loop.remove_signal_handler(number)
