"""The daily loop on every runner: what is due is posted once, in order, whatever the platform answers."""

from datetime import date, time

import pytest

from bot.model import ChannelAddress, ChannelOptions, Schedule
from bot.storage.tables import tags
from tests.fakes.digests import DigestLoop


@pytest.fixture
def loop(every_runner: DigestLoop) -> DigestLoop:
    return every_runner


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


def test_down_from_nine_to_two(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T05:00")
    assert loop.platform.texts() == ["📰 2024-04-17 (Wed) · 1 note · catch-up\n1. a"]


def test_down_for_five_days_posts_three_in_order_and_reports_two(
    loop: DigestLoop, caplog: pytest.LogCaptureFixture
) -> None:
    loop.subscribe()
    loop.tick("2024-04-17T00:00")
    for day in range(18, 23):
        loop.note(f"n{day}", f"2024-04-{day}")
    loop.tick("2024-04-22T00:30")
    assert [text.splitlines()[1] for text in loop.platform.texts()] == ["1. n20", "1. n21", "1. n22"]
    assert list(loop.states().values()) == ["empty", "expired", "expired", *["posted"] * 3]
    assert "not posted: 2" in caplog.text
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


def test_many_channels_due_at_once_are_served_once_each(loop: DigestLoop) -> None:
    for number in range(120):
        loop.subscribe(address=ChannelAddress("console", "local", f"c{number}"))
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.assert_all_posted_once()
    assert len(loop.platform.texts()) == 120


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
