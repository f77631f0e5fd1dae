"""The daily loop on every runner, when platforms fail and processes die: what is due is still posted once."""

import asyncio
from pathlib import Path

import pytest

from bot.model import Channel, ChannelAddress
from bot.storage.engine import open_engine
from tests.fakes.channels import Fault
from tests.fakes.cluster import ReplicaLoop
from tests.fakes.databases import PostgresServer
from tests.fakes.digests import DigestLoop


@pytest.fixture
def loop(every_runner: DigestLoop) -> DigestLoop:
    return every_runner


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.STORED, Fault.BROKEN])
def test_what_may_have_been_stored_is_looked_up_before_it_is_sent_again(loop: DigestLoop, fault: Fault) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(fault)
    loop.tick("2024-04-17T00:00")
    assert loop.states() == {"2024-04-17": "sending"}
    loop.tick("2024-04-17T00:01", alone=False)
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


def test_a_look_up_that_cannot_tell_sends_nothing_and_a_person_decides_after_a_day(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(Fault.LOST)
    loop.platform.look_faults.extend([Fault.LOST] * 500)
    loop.tick("2024-04-17T00:00")
    for _ in range(10):
        loop.clock.pass_(minutes=1)
        loop.tick(alone=False)
    assert loop.platform.looks < 8, "it looks less and less often"
    for _ in range(9):
        loop.clock.pass_(hours=3)
        loop.tick(alone=False)
    assert loop.states()["2024-04-17"] == "ambiguous"
    assert loop.platform.posts == 1


def test_a_rate_limit_sends_nothing_earlier_and_spends_no_attempt(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(Fault.LIMITED)
    loop.tick("2024-04-17T00:00")
    row = loop.ledger_rows()[0]
    assert (row.state.value, row.attempt, row.first_sent_at) == ("pending", 0, None)
    loop.tick("2024-04-17T00:00:11.9")
    assert loop.platform.posts == 1
    loop.tick("2024-04-17T00:00:12")
    assert loop.platform.looks == 0
    loop.assert_all_posted_once()


def test_a_channel_that_is_gone_rests_and_the_others_go_on(loop: DigestLoop) -> None:
    loop.subscribe()
    other = loop.subscribe(address=ChannelAddress("console", "local", "other"))
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(Fault.GONE)
    loop.tick("2024-04-17T00:00")
    failed, *posted = loop.ledger_rows()
    assert (failed.state.value, failed.error_class) == ("failed", "ChannelGone")
    assert {one.channel_id for one in posted if one.state.value == "posted"} == {other.id}


def test_three_replicas_tell_somebody_once_of_a_channel_that_is_gone(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    engine = open_engine(postgresql.migrated())
    loop = ReplicaLoop(engine, tmp_path, tells=True)
    for name in ("main", "second", "third"):
        loop.subscribe(address=ChannelAddress("console", "local", name))
    loop.note("a", "2024-04-17")
    loop.platform.faults.append(Fault.GONE)
    for now in ("2024-04-17T00:00", "2024-04-17T12:00", "2024-04-17T18:00"):
        loop.tick(now)
    loop.close()
    assert sorted(one.state.value for one in loop.ledger_rows() if one.part == 0) == ["failed", "posted", "posted"]
    assert len([text for text in loop.platform.texts() if text.startswith("⚠")]) == 1
    engine.dispose()


def test_a_resting_channel_is_called_at_most_once_a_day_and_then_gets_what_it_missed(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.platform.faults.extend([Fault.GONE, Fault.GONE])
    for day in (17, 18, 19):
        loop.note(f"n{day}", f"2024-04-{day}")
    loop.tick("2024-04-17T00:00")
    for hour in (1, 6, 12, 18, 23):
        loop.tick(f"2024-04-17T{hour:02}:00")
    assert loop.platform.posts == 1
    loop.tick("2024-04-18T00:00")
    loop.tick("2024-04-18T12:00")
    assert loop.platform.posts == 2
    loop.tick("2024-04-19T00:00")
    loop.assert_all_posted_once()
    assert sorted(text.splitlines()[1] for text in loop.platform.texts()) == ["1. n17", "1. n18", "1. n19"]


def test_refused_credentials_stop_all_calls_until_they_are_mended(loop: DigestLoop) -> None:
    for name in ("main", "second", "third"):
        loop.subscribe(address=ChannelAddress("console", "local", name))
    loop.note("a", "2024-04-17")
    loop.platform.faults.extend([Fault.REFUSED] * 3)
    loop.tick("2024-04-17T00:00")
    refused = loop.platform.posts
    assert refused <= 3
    for hour in (1, 2):
        loop.tick(f"2024-04-17T0{hour}:00")
    assert loop.platform.posts == refused
    loop.platform.faults.clear()
    loop.ledger.mend("console", "local")
    loop.tick("2024-04-17T02:01")
    loop.assert_all_posted_once()
    assert len(loop.platform.texts()) == 3


def test_a_kill_after_part_one_of_three_goes_on_where_it_stopped(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.thread_parts = 2
    loop.platform.faults.extend([None, Fault.STORED])
    loop.tick("2024-04-17T00:00")
    assert [one.state.value for one in loop.ledger_rows()] == ["posted", "sending", "pending"]
    loop.restart()
    loop.tick("2024-04-17T00:01")
    loop.assert_all_posted_once()
    assert [text.split(":")[0] for text in loop.platform.texts(threads=True)[1:]] == ["0", "1"]


def test_a_delivery_that_a_dead_process_claimed_is_looked_up_then_sent(loop: DigestLoop) -> None:
    """The process died between claim and send."""
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    loop.take_up()
    loop.restart()
    loop.tick("2024-04-17T00:00:44", alone=False)
    assert (loop.platform.looks, loop.platform.posts) == (0, 0)
    loop.tick("2024-04-17T00:00:46", alone=False)
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


def test_a_message_that_a_dead_process_sent_is_found(loop: DigestLoop) -> None:
    """The process died between the platform's answer and settling."""
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    (mine,) = loop.take_up()
    asyncio.run(loop.platform.post(mine.address, mine.payload, mine.delivery_id, None))
    loop.restart()
    loop.tick("2024-04-17T00:00:46", alone=False)
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


def test_a_digest_that_cannot_be_composed_waits_and_the_others_go_on(
    loop: DigestLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = loop.subscribe()
    loop.subscribe(address=ChannelAddress("console", "local", "other"))
    loop.note("a", "2024-04-17")
    prepare = loop.composer.prepare

    def fail_for_one(channel: Channel, *arguments: object) -> object:
        if channel.id == odd.id:
            raise KeyError("a fault of our own")
        return prepare(channel, *arguments)  # type: ignore[arg-type]  # handed on as they come

    monkeypatch.setattr(loop.composer, "prepare", fail_for_one)
    loop.tick("2024-04-17T00:00")
    monkeypatch.undo()
    assert sorted(one.state.value for one in loop.ledger_rows()) == ["pending", "posted", "posted"]
    loop.tick("2024-04-17T00:05")
    loop.assert_all_posted_once()
