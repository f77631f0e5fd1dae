"""What a digest holds: its date's entries, late ones once, nothing twice, and the reason for each that is out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import dates
from bot.digest.compose import Candidate, Decided, Digest, History, compose
from bot.digest.rules import read_rule
from bot.model import Channel, ChannelAddress, ChannelOptions, DateKind, Entry, FiledEntry, NoteDate

TODAY = date(2024, 4, 17)
ADDRESS = ChannelAddress("console", "local", "main")


def channel(rule: str = "all", first: date = date(2024, 1, 1), **changes: object) -> Channel:
    made = Channel(1, ADDRESS, first_date=first, subscription=read_rule(rule).subscription)
    return replace(made, **changes)  # type: ignore[arg-type]  # the fields of a channel


def note(identifier: str, when: NoteDate | date, *tags: str, born: int = 1) -> Candidate:
    dated = when if isinstance(when, NoteDate) else dates.day(when)
    return Candidate(FiledEntry(identifier, f"{identifier}.md", dated, Entry(identifier, tags=tags)), born)


def chosen(digest: Digest) -> list[str]:
    return [one.filed.id + ("*" if one.late else "") for one in digest.chosen]


def pick(
    candidates: list[Candidate],
    *,
    day: date = TODAY,
    by: Channel | None = None,
    decided: tuple[Decided, ...] = (),
    delivered: Mapping[str, date] | None = None,
) -> Digest:
    return compose(day, by or channel(), candidates, History(delivered or {}, decided), {})


def yesterday(revision: int = 1) -> tuple[Decided, ...]:
    return (Decided(TODAY - timedelta(days=1), revision),)


def test_a_days_entries_that_match_and_the_others_with_a_reason() -> None:
    digest = pick([note("a", TODAY, "llm"), note("b", TODAY, "rl"), note("c", TODAY)], by=channel("#llm"))
    assert chosen(digest) == ["a"]
    assert str(digest.chosen[0].why) == "matches #llm"
    assert [(one.filed.id, str(one.why)) for one in digest.left_out] == [
        ("b", "none of its tags is subscribed"),
        ("c", "has no tags"),
    ]
    assert digest.of_the_day == 3


def test_a_week_is_due_on_its_last_day_and_a_note_without_a_date_never() -> None:
    week = NoteDate(DateKind.WEEK, date(2024, 4, 14), date(2024, 4, 20))
    candidates = [note("week", week), note("never", NoteDate())]
    assert chosen(pick(candidates, day=date(2024, 4, 19))) == []
    assert chosen(pick(candidates, day=date(2024, 4, 20))) == ["week"]


def test_a_note_that_arrives_after_its_days_post_comes_late_and_once() -> None:
    late = note("late", TODAY - timedelta(days=1), born=2)
    assert chosen(pick([late], decided=yesterday())) == ["late*"]
    assert chosen(pick([late], decided=yesterday(), delivered={"late": TODAY - timedelta(days=1)})) == []


def test_late_reaches_back_fourteen_days() -> None:
    decided = tuple(Decided(TODAY - timedelta(days=back), 1) for back in range(1, 20))
    candidates = [note(f"{back}", TODAY - timedelta(days=back), born=2) for back in (14, 15)]
    assert chosen(pick(candidates, decided=decided)) == ["14*"]


def test_what_stayed_out_on_its_day_stays_out_when_retagged_or_when_the_rule_grows() -> None:
    retagged = note("retagged", TODAY - timedelta(days=1), "llm", born=1)
    assert chosen(pick([retagged], by=channel("#llm"), decided=yesterday())) == []


def test_a_redated_entry_is_not_posted_again() -> None:
    digest = pick([note("moved", TODAY)], delivered={"moved": date(2024, 4, 10)})
    assert chosen(digest) == []
    assert str(digest.left_out[0].why) == "posted on 2024-04-10"


def test_what_this_digest_has_posted_still_belongs_to_it_whatever_its_tags_are_now() -> None:
    digest = pick([note("a", TODAY, "rl")], by=channel("#llm"), delivered={"a": TODAY})
    assert chosen(digest) == ["a"]


def test_weekend_notes_wait_for_monday() -> None:
    saturday, monday = date(2024, 4, 20), date(2024, 4, 22)
    friday = (Decided(date(2024, 4, 19), 1),)
    digest = pick([note("sat", saturday), note("mon", monday)], day=monday, decided=friday)
    assert chosen(digest) == ["sat", "mon"]


def test_nothing_older_than_the_channels_first_date() -> None:
    old = note("old", TODAY - timedelta(days=1), born=5)
    assert chosen(pick([old, note("new", TODAY)], by=channel(first=TODAY))) == ["new"]


def test_a_pause_is_a_decision() -> None:
    skipped = (Decided(TODAY - timedelta(days=1), 3),)
    paused = note("paused", TODAY - timedelta(days=4), born=2)
    after = note("after", TODAY - timedelta(days=4), born=4)
    assert chosen(pick([paused, after], decided=skipped)) == ["after*"]


def test_on_this_day_only_where_there_is_nothing_new() -> None:
    earlier = [note(f"{year}", date(year, 4, 17)).filed for year in (2023, 2022, 2021, 2020)]
    asked = channel(options=ChannelOptions(on_this_day=True))
    empty = compose(TODAY, asked, [], History({}), {}, earlier=earlier)
    assert [one.id for one in empty.earlier] == ["2023", "2022", "2021"]
    assert compose(TODAY, channel(), [], History({}), {}, earlier=earlier).earlier == ()
    full = compose(TODAY, asked, [note("new", TODAY)], History({}), {}, earlier=earlier)
    assert (chosen(full), full.earlier) == (["new"], ())


@settings(deadline=None, max_examples=80)
@given(
    arrivals=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 25)), max_size=12),
    posting=st.sets(st.integers(1, 7), min_size=1),
)
def test_day_after_day_every_note_in_time_comes_once(arrivals: list[tuple[int, int]], posting: set[int]) -> None:
    """Notes dated day `dated` appear on day `arrived`; the revision is the day itself."""
    start = date(2024, 3, 1)
    candidates = [
        note(f"n{number}", start + timedelta(days=dated), born=arrived)
        for number, (dated, arrived) in enumerate(arrivals)
    ]
    by = channel(first=start)
    delivered: dict[str, date] = {}
    decided: tuple[Decided, ...] = ()
    for passed in range(45):
        day = start + timedelta(days=passed)
        if day.isoweekday() not in posting:
            continue
        here = [one for one in candidates if one.born <= passed]
        for one in pick(here, day=day, by=by, decided=decided, delivered=delivered).chosen:
            assert one.filed.id not in delivered
            delivered[one.filed.id] = day
        decided = (*decided, Decided(day, passed))
    owed = {one.filed.id for one, (dated, arrived) in zip(candidates, arrivals, strict=True) if arrived - dated <= 7}
    assert owed <= set(delivered)
