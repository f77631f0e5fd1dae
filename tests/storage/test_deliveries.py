"""The daily loop on both databases: what is due is posted once, in order, whatever the platform answers."""

from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.model import Channel, ChannelAddress, ChannelOptions, Schedule
from bot.storage.tables import tags
from tests.fakes.channels import Fault
from tests.fakes.digests import DigestLoop


@pytest.fixture
def loop(engine: Engine, tmp_path: Path) -> DigestLoop:
    return DigestLoop(engine, tmp_path)


def test_a_day_is_posted_once_with_its_thread(loop: DigestLoop) -> None:
    loop.subscribe("#llm")
    loop.note("a", "2024-04-17", "llm")
    loop.note("b", "2024-04-17", "rl")
    loop.tick("2024-04-16T23:59")
    assert loop.platform.texts() == []
    loop.tick("2024-04-17T00:00")
    loop.tick("2024-04-17T00:01")
    assert loop.platform.texts() == ["📰 2024-04-17 (Wed) · 1 of 2 notes match #llm\n1. a"]
    assert len(loop.platform.messages()) == 2
    loop.assert_all_posted_once()


def test_a_day_without_notes_posts_nothing_and_says_so_in_the_ledger(loop: DigestLoop) -> None:
    loop.subscribe("#llm")
    loop.tick("2024-04-17T00:00")
    assert loop.states() == {"2024-04-17": "empty"}
    assert loop.platform.posts == 0


def test_an_empty_day_is_posted_where_the_channel_wants_it(loop: DigestLoop) -> None:
    loop.subscribe("#llm", options=ChannelOptions(post_empty=True))
    loop.note("b", "2024-04-17", "rl")
    loop.tick("2024-04-17T00:00")
    assert loop.platform.texts() == ["📰 1 note on 2024-04-17; it doesn't match #llm here."]


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
    for _ in range(50):
        loop.clock.pass_(minutes=30)
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


def test_a_resting_channel_is_called_at_most_once_a_day_and_then_gets_what_it_missed(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.platform.faults.extend([Fault.GONE, Fault.GONE])
    for day in (17, 18, 19):
        loop.note(f"n{day}", f"2024-04-{day}")
    loop.tick("2024-04-17T00:00")
    for hour in range(1, 24):
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


def test_down_from_nine_to_two(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T05:00")
    assert loop.platform.texts() == ["📰 2024-04-17 (Wed) · 1 note · catch-up\n1. a"]


def test_down_for_five_days_posts_three_in_order_and_reports_two(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.tick("2024-04-17T00:00")
    for day in range(18, 23):
        loop.note(f"n{day}", f"2024-04-{day}")
    loop.tick("2024-04-22T00:30")
    assert [text.splitlines()[1] for text in loop.platform.texts()] == ["1. n20", "1. n21", "1. n22"]
    assert list(loop.states().values()) == ["empty", "expired", "expired", *["posted"] * 3]
    loop.tick("2024-04-23T00:00")
    loop.tick("2024-04-24T00:00")
    assert len(loop.platform.texts()) == 3


def test_a_note_that_comes_late_is_posted_next_and_marked(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.note("late", "2024-04-17")
    loop.tick("2024-04-17T12:00")
    loop.tick("2024-04-18T00:00")
    loop.tick("2024-04-19T00:00")
    assert [text.splitlines()[0] for text in loop.platform.texts()] == [
        "📰 2024-04-17 (Wed) · 1 note",
        "📰 2024-04-18 (Thu) · 1 late",
    ]


def test_an_entry_redated_retitled_or_retagged_is_not_posted_again(loop: DigestLoop) -> None:
    loop.subscribe("#llm")
    loop.note("a", "2024-04-17", "llm")
    loop.note("b", "2024-04-17", "rl")
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="another title", first_day=date(2024, 4, 18), last_day=date(2024, 4, 18))
    with loop.engine.begin() as connection:
        connection.execute(tags.update().where(tags.c.entry_id == "b").values(tag="llm", folded="llm"))
    loop.edit("b")
    loop.tick("2024-04-18T00:00")
    loop.tick("2024-04-19T00:00")
    assert len(loop.platform.texts()) == 1


def test_the_edited_copy_of_an_entry_that_is_gone_since_is_no_news(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.note("copy", "2024-04-17", "llm")
    loop.edit("copy", title="a")
    loop.edit("a", gone_at=loop.clock.now())
    loop.tick("2024-04-18T00:00")
    assert loop.states()["2024-04-18"] == "empty"


def test_the_rule_that_counts_is_the_one_at_the_claim(loop: DigestLoop) -> None:
    loop.subscribe("#llm")
    loop.note("a", "2024-04-17", "llm")
    loop.note("b", "2024-04-17", "rl")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    from bot.digest.rules import read_rule

    loop.change(subscription=read_rule("#rl").subscription)
    loop.tick()
    assert loop.platform.texts()[0].endswith("match #rl\n1. b")


def test_a_time_changed_before_and_after_todays_post(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.change(schedule=Schedule(time(11)))
    loop.tick("2024-04-17T00:30")
    assert loop.platform.texts() == []
    loop.tick("2024-04-17T02:00")
    loop.change(schedule=Schedule(time(23)))
    loop.tick("2024-04-17T14:30")
    loop.change(schedule=Schedule(time(9), "America/New_York"))
    loop.tick("2024-04-17T15:00")
    assert len(loop.platform.texts()) == 1
    loop.tick("2024-04-18T13:00")
    assert loop.states() == {"2024-04-17": "posted", "2024-04-18": "empty"}


def test_a_clock_that_steps_back_posts_nothing_again(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    for now in ("00:00", "00:10", "23:10", "23:59", "00:00", "00:30"):
        day = "2024-04-16" if now.startswith("23") else "2024-04-17"
        loop.tick(f"{day}T{now}")
    loop.assert_all_posted_once()
    assert len(loop.platform.texts()) == 1


def test_a_kill_after_part_one_of_three_goes_on_where_it_stopped(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.thread_parts = 2
    loop.platform.faults.extend([None, Fault.STORED])
    loop.tick("2024-04-17T00:00")
    assert [one.state.value for one in loop.ledger_rows()] == ["posted", "sending", "pending"]
    loop.restart()
    loop.tick("2024-04-17T00:00:01")
    loop.assert_all_posted_once()
    assert [text.split(":")[0] for text in loop.platform.texts(threads=True)[1:]] == ["0", "1"]


def test_a_pause_posts_nothing_and_its_notes_stay_unposted(loop: DigestLoop) -> None:
    loop.subscribe(paused=True, paused_until=date(2024, 4, 19))
    for day in (17, 18, 19):
        loop.note(f"n{day}", f"2024-04-{day}")
        loop.tick(f"2024-04-{day}T00:00")
    assert [text.splitlines()[1] for text in loop.platform.texts()] == ["1. n19"]
    loop.note("late", "2024-04-18")
    loop.tick("2024-04-20T00:00")
    assert "1. late" in loop.platform.texts()[1]


def test_a_tick_as_of_the_past_posts_that_day_and_leaves_the_daily_job_alone(loop: DigestLoop) -> None:
    loop.clock.set("2026-11-21T12:00")
    loop.subscribe()
    for day in (16, 17, 18, 19):
        loop.note(f"n{day}", f"2024-04-{day}")
    loop.tick("2024-04-17T00:00:30", as_of=True)
    loop.tick("2024-04-19T00:00:30", as_of=True)
    assert [text.splitlines()[1] for text in loop.platform.texts()] == ["1. n17", "1. n18", "1. n19"]
    loop.tick("2026-11-21T13:00")
    assert len(loop.platform.texts()) == 3
    loop.tick("2026-11-22T00:00")
    assert loop.states()["2026-11-22"] == "empty"


def test_a_channel_of_a_platform_that_does_not_run_here_waits(loop: DigestLoop) -> None:
    loop.subscribe(address=ChannelAddress("elsewhere", "local", "main"))
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    assert loop.states() == {"2024-04-17": "pending"}


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
