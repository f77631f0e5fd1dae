"""Edits travel: what was posted says what its notes say now, in place, by the rule of its time, without a ping."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.digest.rules import read_rule
from bot.model import ChannelOptions, Style
from tests.fakes.channels import Fault
from tests.fakes.digests import DigestLoop


@pytest.fixture
def loop(engine: Engine, tmp_path: Path) -> DigestLoop:
    return DigestLoop(engine, tmp_path)


def test_a_corrected_entry_is_edited_in_place_for_a_week(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.note("b", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="A better title")
    loop.tick("2024-04-17T01:00")
    loop.tick("2024-04-17T02:00")
    message, thread = loop.platform.edited()
    assert message["text"] == "📰 2024-04-17 (Wed) · 2 notes\n1. A better title\n2. b"
    assert thread["edits"] == loop.platform.messages()[1]["id"]
    loop.edit("b", title="Too late", commentary_ko=("나중에.",))
    loop.tick("2024-04-24T00:01")
    assert loop.platform.edits == 2
    loop.platform.assert_nothing_twice()


def test_a_redated_entry_stays_in_the_message_it_was_posted_in(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="moved", first_day=date(2024, 6, 1), last_day=date(2024, 6, 1))
    loop.tick("2024-04-17T01:00")
    assert "1. moved" in loop.platform.edited()[0]["text"]


def test_corrections_are_off_where_the_channel_says_so(loop: DigestLoop) -> None:
    loop.subscribe(options=ChannelOptions(corrections=False))
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="A better title")
    loop.tick("2024-04-17T01:00")
    assert loop.platform.edits == 0


def test_the_heading_stays_as_the_rule_of_its_time_made_it(loop: DigestLoop) -> None:
    loop.subscribe("#llm -#survey")
    loop.note("a", "2024-04-17", "llm")
    loop.note("b", "2024-04-17", "rl")
    loop.tick("2024-04-17T00:00")
    heading = loop.platform.texts()[0].splitlines()[0]
    loop.change(subscription=read_rule("#rl").subscription, language="ko", style=Style.FULL)
    loop.note("c", "2024-04-17", "cv")
    loop.edit("b", title="b was retagged meanwhile")
    loop.edit("a", title="A better title")
    loop.tick("2024-04-17T01:00")
    message, _ = loop.platform.edited()
    assert message["text"] == f"{heading}\n1. A better title"


def test_what_came_late_is_still_said_to_have_come_late(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.tick("2024-04-17T00:00")
    loop.note("a", "2024-04-17")
    loop.note("b", "2024-04-18")
    loop.tick("2024-04-18T00:00")
    heading = loop.platform.texts()[0].splitlines()[0]
    assert heading.endswith("1 note · 1 late")
    loop.edit("a", title="moved", first_day=date(2024, 4, 18), last_day=date(2024, 4, 18))
    loop.tick("2024-04-18T01:00")
    assert loop.platform.edited()[0]["text"].splitlines()[0] == heading


def test_a_correction_that_needs_more_messages_adds_them_to_the_thread(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="A much longer one")
    loop.platform.thread_parts = 3
    loop.platform.faults.append(Fault.STORED)
    loop.tick("2024-04-17T01:00")
    loop.restart()
    for minute in range(3):
        loop.tick(f"2024-04-17T01:1{minute}")
    first, *thread = loop.platform.messages()
    assert [one["thread"] for one in thread] == [first["id"]] * 3
    assert [one["text"].split(":")[0] for one in thread] == ["0", "1", "2"]
    assert "A much longer one" in thread[2]["text"]
    loop.assert_all_posted_once()


def test_a_correction_that_needs_fewer_messages_leaves_nothing_old_behind(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.thread_parts = 2
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="Short")
    loop.platform.thread_parts = 1
    loop.tick("2024-04-17T01:00")
    assert [edit["text"] for edit in loop.platform.edited()][-1] == "Nothing more: the notes above are whole."


def test_a_digest_whose_thread_is_not_whole_yet_is_corrected_once_it_is(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.platform.faults.extend([None, Fault.LIMITED])
    loop.tick("2024-04-17T00:00")
    loop.edit("a", title="A better title")
    loop.tick("2024-04-17T00:00:05")
    assert loop.platform.edits == 0
    loop.tick("2024-04-17T00:01")
    assert [edit["text"].splitlines()[-1] for edit in loop.platform.edited()] == ["1. A better title"] * 2


def test_an_entry_that_is_gone_stays_in_the_digest_that_is_corrected(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.note("b", "2024-04-17")
    loop.tick("2024-04-17T00:00")
    loop.edit("b", gone_at=loop.clock.now())
    loop.edit("a", title="A better title")
    loop.tick("2024-04-17T01:00")
    assert loop.platform.edited()[0]["text"].endswith("2 notes\n1. A better title\n2. b")
