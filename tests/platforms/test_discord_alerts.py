"""A guild's owner is told directly of a channel that refuses, once, with buttons that work in that conversation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.commands import Typed
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.local import LocalRunner
from bot.digest.tell import Teller
from bot.message import Reply, Request
from bot.model import ChannelAddress, Schedule
from bot.storage.alerts import AlertStore
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from tests.fakes.asynchronous import asynchronous
from tests.fakes.digests import DigestLoop
from tests.fakes.discord.bot import House, house
from tests.fakes.discord.faults import Fault, How
from tests.fakes.discord.people import ink, labels
from tests.fakes.discord.world import Body, Channel
from tests.fakes.waiting import until


@dataclass
class LateClock:
    """Tell the time some minutes from now."""

    minutes: float = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(minutes=self.minutes)


@dataclass
class Telling:
    """A house, the daily job into it, and what its people asked the core."""

    house: House
    runner: LocalRunner
    asked: list[Request]
    clock: LateClock

    async def turn(self, minutes: float = 0) -> None:
        self.clock.minutes += minutes
        await self.runner.tick()

    def conversation(self, name: str = "dm-1") -> Channel | None:
        """Return a direct conversation; the fake's guilds are owned by user 1."""
        return next((one for one in self.house.discord.world.channels.values() if one.name == name), None)

    def told(self) -> list[Body]:
        found = self.conversation()
        return self.house.discord.world.posts(found) if found else []


@asynccontextmanager
async def telling(database: Path, *, ops: str | None = None) -> AsyncIterator[Telling]:
    """Subscribe a channel that is deleted by now, with a note of today that is due."""
    asked: list[Request] = []

    async def handle(request: Request) -> Reply:
        asked.append(request)
        return Reply("Trying again now.")

    engine, clock = open_engine(database), LateClock()
    async with house(handle) as it:
        book = DigestLoop(engine, database.parent)
        today = clock.now().date()
        gone = it.discord.world.add_channel(it.guild, name="gone")
        gone.deleted = True
        address = ChannelAddress("discord", it.guild.id, gone.id)
        book.subscribe("all", address, Schedule(time(0), "UTC"), first_date=today)
        book.note("e1", today, "llm")
        ledger = Ledger(engine, Composer({"discord": it.adapter.render}, {}, clock))
        place = ChannelAddress("discord", it.guild.id, it.channel.id) if ops else None
        teller = Teller(AlertStore(engine), {"discord": it.adapter}, clock, ops_channel=place)
        deliverer = Deliverer(ledger, {"discord": it.adapter}, clock, teller=teller)
        yield Telling(it, LocalRunner(ledger, deliverer, clock, alone=True), asked, clock)
    engine.dispose()


@asynchronous
async def test_the_owner_is_told_once_with_cause_cure_and_buttons(database: Path) -> None:
    async with telling(database) as job:
        for _ in range(3):
            await job.turn()
        (alert,) = job.told()
        said = ink(alert)
        assert "digests don't get through. Discord doesn't let me post there: Unknown Channel." in said
        assert "<#" in said
        assert labels(alert) == ["Retry", "Remove"]
        there = job.conversation()
        assert there is not None
        await job.house.discord.people.press(there, job.house.manager, alert, "Retry")
        await until(lambda: job.asked)
        command = job.asked[-1].command
        assert isinstance(command, Typed)
        assert command.text.startswith("retry a")
        assert str(job.asked[-1].address) == f"discord:@me/{there.id}"


@asynchronous
async def test_an_answer_that_is_lost_leaves_one_message_in_the_ops_channel(database: Path) -> None:
    async with telling(database, ops="here") as job:
        job.house.discord.faults.append(Fault("POST", r"/channels/\d+/messages", How.RESET, stored=True))
        await job.turn()
        await job.turn(2)
        await job.turn(2)
        assert len(job.house.discord.world.posts(job.house.channel)) == 1
        assert job.house.discord.world.nonce_hits == 1
        assert job.told() == []


@asynchronous
async def test_who_subscribed_is_reached_and_a_person_that_is_none_is_not(database: Path) -> None:
    async with telling(database) as job:
        adapter, guild = job.house.adapter, job.house.guild.id
        there = await adapter.direct(guild, job.house.member.id)
        found = job.conversation(f"dm-{job.house.member.id}")
        assert found is not None
        assert str(there) == f"discord:@me/{found.id}"
        assert await adapter.direct(guild, "settings") is None
        assert await adapter.direct("@me", None) is None
