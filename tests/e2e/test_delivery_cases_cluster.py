"""The cases of the daily job on three replicas that share a PostgreSQL: each digest once, whatever goes wrong."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest

from bot.digest.ledger import TakenUp
from bot.digest.rules import read_rule
from bot.model import ChannelAddress, Schedule
from bot.storage.engine import open_engine
from tests.fakes.channels import Fault
from tests.fakes.databases import PostgresServer
from tests.fakes.digests import DigestLoop
from tests.fakes.replicas import Replicas, three_replicas


@pytest.fixture
def replicas(postgresql: PostgresServer, tmp_path: Path) -> Iterator[Replicas]:
    """Return three replicas and a channel that takes everything; it is the evening before the first notes."""
    loop = DigestLoop(open_engine(postgresql.migrated()), tmp_path)
    loop.subscribe()
    for day in (17, 18, 19):
        loop.note(f"n{day}", f"2024-04-{day}")
    with three_replicas(loop) as running:
        yield running
    loop.engine.dispose()


def titles(loop: DigestLoop) -> list[str]:
    return [text.splitlines()[1] for text in loop.platform.texts() if text.startswith("📰")]


@pytest.mark.parametrize("fault", [Fault.LOST, Fault.STORED, Fault.BROKEN])
def test_what_may_have_been_stored_is_looked_up(replicas: Replicas, fault: Fault) -> None:
    replicas.loop.platform.faults.append(fault)
    replicas.at("2024-04-17T00:00")
    replicas.at("2024-04-17T00:01")
    assert replicas.loop.platform.looks == 1
    replicas.loop.assert_all_posted_once()
    assert titles(replicas.loop) == ["1. n17"]


@pytest.mark.parametrize("sent", [False, True])
def test_what_a_dead_worker_claimed_is_taken_up_when_its_lease_is_over(replicas: Replicas, sent: bool) -> None:
    """It died before its send, or after the answer and before it settled."""
    loop = replicas.loop
    loop.platform.faults.append(Fault.LIMITED)
    replicas.at("2024-04-17T00:00")
    (waiting,) = [row for row in loop.ledger_rows() if row.part == 0]
    later = loop.clock.now().replace(second=13)
    (taken,) = loop.ledger.together([lambda connection: loop.ledger.take_up_one(connection, waiting.id, later)])
    assert isinstance(taken, TakenUp)
    (mine,) = taken.claims
    if sent:
        loop.platform.store(str(mine.address), mine.payload, mine.delivery_id)
    replicas.at("2024-04-17T00:00:57")
    assert loop.platform.looks == 0
    replicas.at("2024-04-17T00:00:59")
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


def test_a_rate_limit_sends_nothing_earlier_and_spends_no_attempt(replicas: Replicas) -> None:
    replicas.loop.platform.faults.append(Fault.LIMITED)
    replicas.at("2024-04-17T00:00")
    replicas.at("2024-04-17T00:00:11")
    assert (replicas.loop.platform.posts, replicas.loop.ledger_rows()[0].attempt) == (1, 0)
    replicas.at("2024-04-17T00:00:12")
    replicas.loop.assert_all_posted_once()


def test_a_closed_channel_rests_the_others_go_on_and_one_person_is_told(replicas: Replicas) -> None:
    loop = replicas.loop
    for name in ("second", "third"):
        loop.subscribe(address=ChannelAddress("console", "local", name))
    loop.platform.faults.append(Fault.GONE)
    replicas.at("2024-04-17T00:00")
    replicas.at("2024-04-17T12:00")
    states = sorted(row.state.value for row in loop.ledger_rows() if row.part == 0)
    assert states == ["failed", "posted", "posted"]
    replicas.until(lambda: len([text for text in loop.platform.texts() if text.startswith("⚠")]) == 1)
    replicas.at("2024-04-18T00:00")
    assert titles(loop).count("1. n17") == titles(loop).count("1. n18") == 3
    assert len([text for text in loop.platform.texts() if text.startswith("⚠")]) == 1


def test_while_credentials_are_refused_nobody_calls(replicas: Replicas) -> None:
    loop = replicas.loop
    loop.platform.faults.append(Fault.REFUSED)
    replicas.at("2024-04-17T00:00")
    for hour in (1, 2):
        replicas.at(f"2024-04-17T0{hour}:00")
    assert loop.platform.posts == 1
    loop.ledger.mend("console", "local")
    replicas.at("2024-04-17T02:01")
    loop.assert_all_posted_once()


def test_down_for_five_days_posts_three_in_order(replicas: Replicas) -> None:
    for day in (20, 21):
        replicas.loop.note(f"n{day}", f"2024-04-{day}")
    replicas.at("2024-04-21T00:30")
    assert titles(replicas.loop) == ["1. n19", "1. n20", "1. n21"]
    assert list(replicas.loop.states().values()) == ["expired", "expired", "posted", "posted", "posted"]


def test_late_redated_and_retitled_entries_come_once(replicas: Replicas) -> None:
    loop = replicas.loop
    replicas.at("2024-04-17T00:00")
    loop.note("late", "2024-04-17")
    loop.edit("n17", title="another title", first_day=date(2024, 4, 18), last_day=date(2024, 4, 18))
    replicas.at("2024-04-18T00:00")
    replicas.at("2024-04-19T00:00")
    assert titles(loop) == ["1. n17", "1. n18", "1. n19"]
    assert "2. late" in loop.platform.texts()[1]


def test_the_rule_and_the_time_that_count_are_those_of_the_moment(replicas: Replicas) -> None:
    loop = replicas.loop
    loop.note("rl", "2024-04-17", "rl")
    loop.change(schedule=Schedule(time(11)))
    replicas.at("2024-04-17T00:30")
    assert loop.platform.posts == 0
    loop.change(subscription=read_rule("#rl").subscription)
    replicas.at("2024-04-17T02:00")
    loop.change(schedule=Schedule(time(9), "America/New_York"))
    replicas.at("2024-04-17T15:00")
    assert titles(loop) == ["1. rl"]


def test_a_thread_goes_on_where_it_broke_off(replicas: Replicas) -> None:
    loop = replicas.loop
    loop.platform.thread_parts = 2
    loop.platform.faults.extend([None, Fault.STORED])
    replicas.at("2024-04-17T00:00")
    replicas.at("2024-04-17T00:01")
    loop.assert_all_posted_once()
    assert [text.split(":")[0] for text in loop.platform.texts(threads=True)[1:]] == ["0", "1"]


def test_a_clock_that_steps_back_posts_nothing_again(replicas: Replicas) -> None:
    for now in ("17T00:00", "17T00:10", "16T23:10", "16T23:59", "17T00:00", "17T00:30"):
        replicas.at(f"2024-04-{now}")
    replicas.loop.assert_all_posted_once()
    assert titles(replicas.loop) == ["1. n17"]
