"""Digests through the real ledger and the real adapter into a Discord that fails: each once, whatever happens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from adapters.discord.adapter import DiscordAdapter
from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.ledger import Delivery, State
from bot.digest.local import LocalRunner
from bot.errors import StorageError
from bot.model import ChannelAddress, Schedule
from bot.sentences import sentence
from bot.storage.engine import open_engine
from bot.storage.ledger import Ledger
from tests.fakes.asynchronous import asynchronous
from tests.fakes.digests import DigestLoop
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import posting
from tests.fakes.discord.faults import Fault, How
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import Channel, Guild
from tests.fakes.early import seconds_to_early_today

AT_MIDNIGHT = Schedule(time(0), "UTC")
MESSAGES = r"/channels/\d+/messages"
HOUR = 3600.0
# How long Discord is sure to know a nonce, at most: "the past few minutes".
NONCES_LIVE = 300.0
TROUBLE = [("status", 500), ("status", 502), ("status", 503), ("status", 504), ("reset", 0), ("cut", 0)]


@dataclass
class TurnedClock:
    """Tell the time of this machine, turned on by the test."""

    turned: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.turned


@dataclass
class Delivering:
    """A daily job that posts to the fake Discord, with the clock in the test's hand."""

    discord: FakeDiscord
    guild: Guild
    channels: list[Channel]
    adapter: DiscordAdapter
    clock: TurnedClock
    book: DigestLoop
    engine: Engine

    def begin(self) -> None:
        """Begin as a new process would: nothing is remembered but the database."""
        self.ledger = Ledger(self.engine, Composer({"discord": self.adapter.render}, {}, self.clock))
        deliverer = Deliverer(self.ledger, {"discord": self.adapter}, self.clock)
        self.runner = LocalRunner(self.ledger, deliverer, self.clock, alone=True)

    async def turn(self, seconds: float = 0) -> None:
        """Let time go by, then plan and deliver what is due."""
        self.clock.turned += timedelta(seconds=seconds)
        if seconds > NONCES_LIVE:
            self.discord.world.nonces.clear()
        await self.runner.tick()

    def digests(self, number: int = 0) -> int:
        """Count the digests in a channel, their threads left out."""
        return len(self.discord.world.posts(self.channels[number]))

    def rows(self, number: int = 0) -> list[Delivery]:
        return [row for row in self.book.ledger_rows() if row.address.channel == self.channels[number].id]

    def states(self, number: int = 0) -> set[State]:
        return {row.state for row in self.rows(number)}

    def calls(self, method: str = "POST", number: int = 0) -> int:
        return self.discord.count(method, f"/channels/{self.channels[number].id}/messages")

    def assert_each_once(self) -> None:
        for number, channel in enumerate(self.channels):
            assert self.digests(number) == 1
            assert self.states(number) == {State.POSTED}
            [thread] = self.discord.world.threads_of(channel)
            assert len(self.discord.world.posts(thread)) == len(self.rows(number)) - 1


@asynccontextmanager
async def delivering(database: Path, channels: int = 1) -> AsyncIterator[Delivering]:
    """Subscribe channels to everything, with two notes of today that are due."""
    early = seconds_to_early_today()
    engine, clock = open_engine(database), TurnedClock(timedelta(seconds=early))
    async with FakeDiscord() as discord:
        discord.world.clock_shift = early
        guild = discord.world.add_guild()
        rooms = [discord.world.add_channel(guild) for _ in range(channels)]
        async with posting(discord, clock, send_limit=5.0) as adapter:
            book, today = DigestLoop(engine, database.parent), clock.now().date()
            for room in rooms:
                book.subscribe("all", ChannelAddress("discord", guild.id, room.id), AT_MIDNIGHT, first_date=today)
            book.note("e1", today, "llm")
            book.note("e2", today, "rl")
            job = Delivering(discord, guild, rooms, adapter, clock, book, engine)
            job.begin()
            yield job
        assert discord.objections == []
    engine.dispose()


def broken(how: str, status: int, *, stored: bool) -> Fault:
    # The SDK tries these five times by itself.
    times = 5 if status in (500, 502, 504) else 1
    return Fault("POST", MESSAGES, How(how), status=status, stored=stored, times=times)


@asynchronous
async def test_a_digest_is_posted_once_with_its_notes_in_the_thread(database: Path) -> None:
    async with delivering(database) as job:
        await job.turn()
        await job.turn(HOUR)
        job.assert_each_once()
        assert job.calls("GET") == 0


@pytest.mark.parametrize("later", [20.0, 1200.0], ids=["by nonce", "by history"])
@pytest.mark.parametrize("stored", [True, False], ids=["stored", "lost"])
@pytest.mark.parametrize(("how", "status"), TROUBLE)
@asynchronous
async def test_whatever_breaks_while_sending_the_digest_comes_once(
    how: str, status: int, stored: bool, later: float, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discord.http.asyncio.sleep", _no_sleep)
    async with delivering(database) as job:
        job.discord.faults.append(broken(how, status, stored=stored))
        await job.turn()
        assert job.digests() == int(stored)
        assert job.rows()[0].state is State.SENDING
        for _ in range(3):
            await job.turn(later)
        job.assert_each_once()
        assert (job.calls("GET") > 0) is (later > NONCES_LIVE)


async def _no_sleep(seconds: float) -> None:
    """Don't wait between the SDK's own tries."""


@pytest.mark.parametrize("later", [20.0, 1200.0], ids=["by nonce", "by history"])
@asynchronous
async def test_a_process_that_died_between_claim_and_post_posts_when_it_is_back(later: float, database: Path) -> None:
    async with delivering(database) as job:
        [wanted] = job.ledger.plan(job.clock.now())
        job.ledger.together([lambda connection: job.ledger.take_up_one(connection, wanted, job.clock.now())])
        assert job.rows()[0].state is State.SENDING
        job.begin()
        await job.turn(later)
        job.assert_each_once()
        assert (job.calls("GET") > 0) is (later > NONCES_LIVE)


@pytest.mark.parametrize("later", [20.0, 1200.0], ids=["by nonce", "by history"])
@asynchronous
async def test_an_answer_that_was_never_settled_is_settled_by_looking(
    later: float, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with delivering(database) as job:
        with monkeypatch.context() as dying:
            dying.setattr(job.ledger, "posted", _dies)
            with pytest.raises(StorageError):
                await job.turn()
        assert job.digests() == 1
        job.begin()
        await job.turn(later)
        await job.turn(later)
        job.assert_each_once()


def _dies(*_: object) -> None:
    raise StorageError(sentence("The disk is full."))


@pytest.mark.parametrize("kind", ["route", "global", "in front of Discord"])
@asynchronous
async def test_nothing_is_sent_before_discord_allows_it_and_no_attempt_is_spent(kind: str, database: Path) -> None:
    async with delivering(database) as job:
        body = {"message": "You are being rate limited.", "retry_after": 90.0, "global": kind == "global"}
        shown = "<html>slow down</html>" if kind.startswith("in") else body
        job.discord.faults.append(Fault("POST", MESSAGES, status=429, body=shown, headers={"Retry-After": "90"}))
        await job.turn()
        await job.turn(80)
        assert job.calls() == 1
        await job.turn(15)
        job.assert_each_once()
        assert job.rows()[0].attempt == 1
        assert job.calls("GET") == 0


@pytest.mark.parametrize("closed", ["deleted", "kicked", "silenced"])
@asynchronous
async def test_a_closed_channel_rests_is_tried_once_a_day_and_the_others_go_on(closed: str, database: Path) -> None:
    async with delivering(database, channels=2) as job:
        if closed == "deleted":
            job.channels[0].deleted = True
        elif closed == "silenced":
            job.channels[0].overwrites.append(Overwrite(job.guild.bot_role, 0, deny=allowed.SEND_MESSAGES))
        else:
            # In another guild, from which the bot was removed.
            job.channels[0].guild_id = "1"
        await job.turn()
        assert job.states(0) == {State.FAILED}
        assert job.states(1) == {State.POSTED}
        for _ in range(20):
            await job.turn(HOUR)
        assert job.discord.count("POST", MESSAGES) + job.discord.count("GET", r"/channels/\d+") <= 8
        assert job.calls("POST", 0) <= 1
        assert job.discord.rates.invalid <= 1


@asynchronous
async def test_no_call_is_made_with_a_revoked_token_until_it_is_restored(database: Path) -> None:
    async with delivering(database, channels=3) as job:
        job.discord.world.token = "another"
        await job.turn()
        refused = len(job.discord.requests)
        assert refused >= 1
        assert {state for number in range(3) for state in job.states(number)} == {State.PENDING}
        for _ in range(4):
            await job.turn(HOUR / 2)
        assert len(job.discord.requests) == refused
        job.discord.world.token = "fake-token"
        job.begin()
        job.ledger.mend("discord")  # as every process does when it starts
        await job.turn()
        job.assert_each_once()


@asynchronous
async def test_a_history_that_may_not_be_read_posts_nothing_twice_and_is_a_person_s_matter_after_a_day(
    database: Path,
) -> None:
    async with delivering(database) as job:
        job.channels[0].overwrites.append(Overwrite(job.guild.bot_role, 0, deny=allowed.READ_MESSAGE_HISTORY))
        job.discord.faults.append(broken("reset", 0, stored=True))
        await job.turn()
        for _ in range(26):
            await job.turn(HOUR)
        assert job.digests() == 1
        first = job.rows()[0]
        assert first.state is State.AMBIGUOUS
        assert "Read Message History" in str(first.error)


@asynchronous
async def test_a_digest_that_a_person_deleted_before_it_was_settled_stays_deleted(database: Path) -> None:
    async with delivering(database) as job:
        job.discord.faults.append(broken("reset", 0, stored=True))
        await job.turn()
        job.discord.world.messages[job.channels[0].id].clear()
        for _ in range(3):
            await job.turn(20)
        assert job.digests() == 0
        assert job.states() == {State.POSTED}
        assert job.discord.world.threads_of(job.channels[0]) == []
