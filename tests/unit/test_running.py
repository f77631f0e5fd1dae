"""Parts run side by side until the mains are done, one fails alone, and a signal ends all of them."""

import asyncio
import os
import signal

import pytest

from bot import running
from bot.errors import SettingsError
from bot.running import run_until_done
from bot.sentences import sentence
from tests.fakes.asynchronous import asynchronous
from tests.fakes.waiting import PATIENCE


async def ends() -> None:
    await asyncio.sleep(0)


async def fails() -> None:
    raise SettingsError(sentence("The token is refused."))


class Forever:
    """Work that goes on until it is cancelled, and notes that it was."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.cancelled = False

    async def work(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.cancelled = True


@asynchronous
async def test_what_runs_beside_is_stopped_when_the_mains_are_done() -> None:
    beside = Forever()
    await run_until_done({"console": ends()}, {"web": beside.work()})
    assert beside.cancelled


@asynchronous
async def test_a_main_that_fails_leaves_the_others_running(caplog: pytest.LogCaptureFixture) -> None:
    other = Forever()
    run = asyncio.create_task(run_until_done({"slack": fails(), "discord": other.work()}, {}))
    await asyncio.wait_for(other.begun.wait(), PATIENCE)
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(run, PATIENCE)
    assert other.cancelled
    (record,) = [one for one in caplog.records if "stopped" in one.message]
    assert record.message == "slack stopped: The token is refused."
    assert not record.exc_info, "an error of our own says all in its sentence"


@asynchronous
async def test_where_every_main_fails_the_first_failure_is_raised() -> None:
    with pytest.raises(SettingsError, match="The token is refused"):
        await run_until_done({"slack": fails(), "discord": fails()}, {})


@asynchronous
async def test_a_main_that_ended_well_forgives_one_that_failed() -> None:
    await run_until_done({"slack": fails(), "console": ends()}, {})


@asynchronous
async def test_a_part_beside_may_break_and_the_traceback_is_kept(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks() -> None:
        raise OSError("no more watches")

    main = Forever()
    run = asyncio.create_task(run_until_done({"console": main.work()}, {"watch": breaks()}))
    await asyncio.wait_for(main.begun.wait(), PATIENCE)
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.wait_for(run, PATIENCE)
    (record,) = [one for one in caplog.records if "stopped" in one.message]
    assert record.message == "watch stopped: no more watches"
    assert record.exc_info


@asynchronous
async def test_who_will_not_stop_is_left_behind_and_named(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "STOP_LIMIT", 0.05)
    let_go = asyncio.Event()

    async def stubborn() -> None:
        while not let_go.is_set():
            try:
                await let_go.wait()
            except asyncio.CancelledError:
                continue

    await run_until_done({"console": ends()}, {"digests": stubborn()})
    assert "digests did not stop in time" in caplog.text
    let_go.set()
