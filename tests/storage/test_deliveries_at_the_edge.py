"""Deliveries that somebody asks for again, that wait too long, that nobody wants any more, that a stop cuts short."""

import asyncio
from collections.abc import Sequence
from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, update

from bot.digest.deliver import Deliverer
from bot.digest.ledger import State
from bot.digest.local import LocalRunner
from bot.digest.steps import StepQueue
from bot.errors import StorageError
from bot.model import ChannelAddress, ChannelOptions, Schedule, Subscription
from bot.sentences import sentence
from bot.storage.addressbook import StoredAddressbook
from bot.storage.digests import DigestStore
from bot.storage.engine import transaction
from bot.storage.lock import sole_runner
from bot.storage.tables import deliveries
from tests.fakes.channels import Fault, FaultyChannel
from tests.fakes.digests import ADDRESS, DigestLoop


@pytest.fixture
def loop(engine: Engine, tmp_path: Path) -> DigestLoop:
    return DigestLoop(engine, tmp_path)


@pytest.fixture
def store(loop: DigestLoop) -> DigestStore:
    return DigestStore(loop.engine, loop.composer, loop.clock)


def test_a_date_that_expired_is_posted_when_somebody_asks_for_it(loop: DigestLoop, store: DigestStore) -> None:
    channel = loop.subscribe()
    for day in range(17, 22):
        loop.note(f"n{day}", f"2024-04-{day}")
    loop.tick("2024-04-21T00:30")
    assert loop.states()["2024-04-17"] == "expired"
    assert store.catch_up(channel, [date(2024, 4, 17), date(2024, 4, 19)]) == 1
    loop.tick()
    assert loop.states()["2024-04-17"] == "posted"
    loop.platform.assert_nothing_twice()


def test_catching_up_reaches_as_far_back_as_it_says(loop: DigestLoop, store: DigestStore) -> None:
    channel = loop.subscribe()
    days = [date(2024, 4, day) for day in range(3, 17)]
    for day in days:
        loop.note(f"n{day.day}", day)
    assert store.catch_up(channel, days) == len(days)
    loop.tick()
    heads = [text.splitlines()[0] for text in loop.platform.texts()]
    assert [head.split(" ")[1] for head in heads] == [day.isoformat() for day in days]
    assert all(head.endswith("· catch-up") for head in heads)


def test_what_waits_for_days_is_too_old_once_enough_later_dates_are_due(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.platform.faults.extend([Fault.NOT_SENT] * 200)
    for day in range(17, 21):
        loop.note(f"n{day}", f"2024-04-{day}")
        loop.tick(f"2024-04-{day}T00:00")
    assert loop.states()["2024-04-17"] == "expired"
    loop.platform.faults.clear()
    loop.tick("2024-04-20T01:00")
    assert [text.splitlines()[1] for text in loop.platform.texts()] == ["1. n18", "1. n19", "1. n20"]


def test_what_was_posted_is_not_sent_again_as_if_it_had_been_lost(loop: DigestLoop, store: DigestStore) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    (posted, _) = loop.ledger_rows()
    assert not store.resend(posted)
    loop.tick("2024-04-17T00:01")
    loop.assert_all_posted_once()


def test_a_channel_that_ended_its_subscription_before_the_send_gets_nothing(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    loop.change(subscription=Subscription())
    loop.tick()
    assert (loop.states(), loop.platform.posts) == ({"2024-04-17": "cancelled"}, 0)


def test_a_day_without_notes_looks_back_for_every_channel_that_wants_it(loop: DigestLoop) -> None:
    for name, hour in (("main", 9), ("second", 10)):
        address = ChannelAddress("console", "local", name)
        loop.subscribe(address=address, schedule=Schedule(time(hour)), options=ChannelOptions(on_this_day=True))
    loop.note("old", "2023-04-17")
    loop.tick("2024-04-17T00:00")
    loop.tick("2024-04-17T01:00")
    assert len([text for text in loop.platform.texts() if "old" in text]) == 2


def test_whoever_runs_a_date_by_hand_is_told_what_keeps_it(loop: DigestLoop, store: DigestStore) -> None:
    channel = loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(Fault.LOST)
    loop.tick("2024-04-17T00:00")
    store.ask_for(channel, date(2024, 4, 18), again=False)
    *_, later = loop.ledger_rows()
    said = str(store.obstacle(later))
    assert said.startswith("The digest of 2024-04-17 comes first in this channel, and it isn't known whether")
    loop.platform.look_faults.append(Fault.REFUSED)
    loop.tick("2024-04-17T00:01", alone=False)
    assert str(store.obstacle(later)) == "The platform refuses my credentials: The token was revoked."


def test_a_refusal_that_comes_after_another_took_over_leaves_its_row_alone(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    (late,) = loop.take_up()
    loop.clock.pass_(seconds=46)
    loop.tick(alone=False)
    settled = loop.ledger_rows()
    reason = sentence("The channel is archived.")
    loop.ledger.together([lambda connection: loop.ledger.refused(connection, late, loop.clock.now(), reason, True)])
    assert loop.ledger_rows() == settled
    loop.assert_all_posted_once()


def test_a_claim_that_is_about_to_end_is_let_go_and_taken_up_again(loop: DigestLoop) -> None:
    """The process stood still between the claim and the send."""
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    (mine,) = loop.take_up()
    loop.clock.pass_(seconds=40)
    asyncio.run(loop.deliverer.carry_out(mine))
    assert loop.platform.posts == 0
    loop.clock.pass_(seconds=10)
    loop.tick(alone=False)
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


def test_what_may_have_arrived_waits_for_a_process_that_speaks_for_its_platform(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(Fault.STORED)
    loop.tick("2024-04-17T00:00")
    loop.clock.pass_(minutes=1)
    assert asyncio.run(Deliverer(loop.ledger, {}, loop.clock).deliver(loop.ledger_rows()[0].id))
    waiting = loop.ledger_rows()[0]
    assert (waiting.state, str(waiting.error)) == (State.SENDING, "No adapter for console runs here.")
    loop.clock.pass_(minutes=1)
    loop.tick(alone=False)
    loop.assert_all_posted_once()


def test_a_channel_that_does_not_rest_is_not_woken(loop: DigestLoop) -> None:
    loop.subscribe()
    before = loop.ledger_rows()
    asyncio.run(StoredAddressbook(loop.engine, loop.clock).opened(ADDRESS))
    assert loop.ledger_rows() == before


def test_a_digest_from_before_headings_were_kept_is_corrected_by_the_rule_of_today(loop: DigestLoop) -> None:
    loop.subscribe("#llm")
    loop.note("a", "2024-04-17", "llm")
    loop.tick("2024-04-17T00:00")
    with transaction(loop.engine) as connection:
        connection.execute(update(deliveries).values(frame=None))
    loop.edit("a", title="A better title")
    loop.tick("2024-04-17T01:00")
    assert loop.platform.edited()[0]["text"].endswith("1. A better title")


def test_a_process_that_does_not_speak_for_a_platform_leaves_its_corrections_to_one_that_does(
    loop: DigestLoop,
) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="A better title")
    loop.clock.set("2024-04-17T01:00")
    asyncio.run(Deliverer(loop.ledger, {}, loop.clock).tend(now=True))
    assert loop.platform.edits == 0
    loop.tick()
    assert "A better title" in loop.platform.edited()[0]["text"]


class Held(FaultyChannel):
    """A platform that takes its time with each message until it is let go."""

    def hold(self) -> None:
        self.asked_to_post, self.let_go = asyncio.Event(), asyncio.Event()

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        self.asked_to_post.set()
        await self.let_go.wait()
        return await super().post(address, payload, delivery_id, thread)


@pytest.mark.parametrize("hands", [1, 5])
def test_a_stop_waits_for_what_is_being_sent_and_takes_nothing_new_up(
    loop: DigestLoop, tmp_path: Path, hands: int
) -> None:
    for name in ("main", "second"):
        loop.subscribe(address=ChannelAddress("console", "local", name))
    loop.note("a", "2024-04-17")
    platform = loop.platform = Held(tmp_path / "messages.jsonl")
    loop.restart()
    loop.clock.set("2024-04-17T00:00")

    async def stop_in_the_middle() -> None:
        platform.hold()
        runner = LocalRunner(loop.ledger, loop.deliverer, loop.clock, alone=True, at_once=hands)
        running = asyncio.create_task(runner.run())
        await asyncio.wait_for(platform.asked_to_post.wait(), 20)
        runner.stop()
        platform.let_go.set()
        await asyncio.wait_for(running, 20)

    asyncio.run(stop_in_the_middle())
    assert "sending" not in {one.state.value for one in loop.ledger_rows()}
    loop.tick()
    assert len(loop.platform.texts()) == 2
    loop.assert_all_posted_once()


async def _one_of_three_fails(loop: DigestLoop) -> list[object]:
    def step(_: Connection, names: Sequence[str]) -> list[str]:
        if "bad" in names:
            raise StorageError(sentence("This one can't be written."))
        return [name.upper() for name in names]

    steps = StepQueue(loop.ledger)
    asked = [asyncio.ensure_future(steps.join(step, name)) for name in ("a", "bad", "b", "left")]
    await asyncio.sleep(0)
    asked[-1].cancel()
    return list(await asyncio.gather(*asked, return_exceptions=True))


def test_a_step_that_fails_for_one_succeeds_for_those_that_shared_its_transaction(loop: DigestLoop) -> None:
    first, bad, second, cancelled = asyncio.run(_one_of_three_fails(loop))
    assert (first, second) == ("A", "B")
    assert isinstance(bad, StorageError)
    assert isinstance(cancelled, asyncio.CancelledError)


def test_one_runner_at_a_time_is_alone_on_a_database(loop: DigestLoop) -> None:
    with sole_runner(loop.engine) as first:
        assert first
        with sole_runner(loop.engine) as second:
            assert not second
    with sole_runner(loop.engine) as again:
        assert again
