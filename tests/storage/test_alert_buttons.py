"""The buttons below an alert when things have moved on since, and an alert that itself doesn't get through."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.digest.ledger import LEASE
from bot.digest.tell import Teller
from bot.errors import UsageError
from bot.model import ChannelAddress
from bot.ports import SendWindow
from bot.storage.alerts import AlertStore
from tests.fakes.alerts import ARCHIVED, OPS, OWNER, break_it, press, rows, telling, told
from tests.fakes.channels import Fault, FaultyChannel
from tests.fakes.digests import DigestLoop

OTHER = ChannelAddress("console", "local", "other")


@pytest.fixture
def loop(engine: Engine, tmp_path: Path) -> DigestLoop:
    return telling(engine, tmp_path)


def test_retry_on_refused_credentials_sends_again_to_the_whole_workspace(loop: DigestLoop) -> None:
    loop.ops_channel = OPS
    loop.restart()
    loop.subscribe()
    break_it(loop, Fault.REFUSED)
    loop.tick("2024-04-17T00:05")
    assert loop.states() == {"2024-04-17": "pending"}
    assert press(loop, "retry", OPS).text == "Trying again now."
    loop.tick("2024-04-17T00:10")
    assert loop.states() == {"2024-04-17": "posted"}


def test_remove_refuses_once_a_second_channel_broke_for_the_same_cause(loop: DigestLoop) -> None:
    loop.subscribe()
    break_it(loop)
    loop.subscribe(address=OTHER)
    loop.platform.faults.extend([Fault.GONE, Fault.GONE])
    loop.tick("2024-04-18T00:00")
    with pytest.raises(UsageError, match="More than one channel is concerned by now"):
        press(loop, "remove", OWNER)


def test_resend_pressed_twice_sends_once(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.platform.faults.append(Fault.LOST)
    loop.platform.look_faults.extend([Fault.LOST] * 50)
    loop.tick("2024-04-17T00:00")
    loop.tick("2024-04-18T00:01", alone=False)
    press(loop, "resend", OWNER)
    with pytest.raises(UsageError, match="mended already"):
        press(loop, "resend", OWNER)
    loop.platform.look_faults.clear()
    loop.tick("2024-04-18T00:10")
    assert sum("n17" in text for text in loop.platform.texts()) == 1


@pytest.mark.parametrize("fault", [Fault.GONE, Fault.REFUSED])
def test_an_alert_that_nobody_may_be_told_waits_a_day(loop: DigestLoop, fault: Fault) -> None:
    loop.subscribe()
    loop.platform.faults.extend([Fault.GONE, fault])
    loop.tick("2024-04-17T00:00")
    assert told(loop) == []
    for hour in (6, 12, 18):
        loop.tick(f"2024-04-17T{hour:02}:00")
    assert told(loop) == []
    break_it(loop, now="2024-04-18T00:00:01")
    assert told(loop) == [ARCHIVED]


class Overtaken(FaultyChannel):
    """A platform so slow that another process takes a turn meanwhile, while a place or an earlier message is sought."""

    before_direct: Teller | None = None
    after_find: Teller | None = None

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        if self.before_direct is not None:
            await self.before_direct.turn(now=True)
        return await super().direct(workspace, person)

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        found = await super().find(address, delivery_id, window, thread)
        if self.after_find is not None:
            await self.after_find.turn(now=True)
        return found


def teller(loop: DigestLoop, platform: FaultyChannel, ops_channel: ChannelAddress | None = None) -> Teller:
    """Return what tells in another process, which speaks for this platform alone."""
    return Teller(AlertStore(loop.engine), {platform.platform: platform}, loop.clock, ops_channel=ops_channel)


def untold(loop: DigestLoop) -> None:
    """Let the channel break without anybody being told."""
    loop.tells = False
    loop.restart()
    loop.subscribe()
    break_it(loop)


def test_only_a_process_that_speaks_for_the_ops_channel_tells_there(loop: DigestLoop, tmp_path: Path) -> None:
    untold(loop)
    ops = ChannelAddress("elsewhere", "ops", "room")
    mute, speaker = loop.platform, FaultyChannel(tmp_path / "elsewhere.jsonl", platform="elsewhere")
    asyncio.run(teller(loop, mute, ops).turn())
    assert (mute.posts, len(rows(loop))) == (1, 1)
    asyncio.run(teller(loop, speaker, ops).turn())
    asyncio.run(teller(loop, mute, ops).turn())
    assert [message["text"] for message in speaker.messages()] == [ARCHIVED]
    assert (mute.posts, mute.edits) == (1, 0)


def test_two_processes_that_see_the_same_trouble_tell_of_it_once(loop: DigestLoop, tmp_path: Path) -> None:
    untold(loop)
    slow = Overtaken(tmp_path / "messages.jsonl")
    slow.before_direct = teller(loop, loop.platform)
    asyncio.run(teller(loop, slow).turn())
    assert told(loop) == [ARCHIVED]


def test_whoever_looked_so_long_that_another_sent_it_sends_no_second_one(loop: DigestLoop, tmp_path: Path) -> None:
    untold(loop)
    slow = Overtaken(tmp_path / "messages.jsonl")
    slow.faults.append(Fault.LOST)
    asyncio.run(teller(loop, slow).turn())
    loop.clock.pass_(minutes=2)
    slow.after_find = AfterTheLease(loop, loop.platform)
    asyncio.run(teller(loop, slow).turn())
    assert told(loop) == [ARCHIVED]


class AfterTheLease(Teller):
    """Another process whose turn comes when the lease of the first has ended."""

    def __init__(self, loop: DigestLoop, platform: FaultyChannel) -> None:
        self._loop = loop
        super().__init__(AlertStore(loop.engine), {platform.platform: platform}, loop.clock)

    async def turn(self, *, now: bool = False) -> None:
        self._loop.clock.pass_(seconds=LEASE.total_seconds() + 1)
        await super().turn(now=now)
