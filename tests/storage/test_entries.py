"""What the store answers about entries: by id, date, tag and paper, and since a revision."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, text

from bot.model import Commentary, DateKind, Entry, Note, NoteDate, TagCount
from bot.notes.plan import decide, gather, recognise
from bot.notes.problems import Problem
from bot.notes.records import KnownNote
from bot.notes.store import Changes, LookedAt, Outrun
from bot.sentences import sentence
from bot.storage.browse import read_candidates
from bot.storage.engine import snapshot
from bot.storage.entries import EntryChanges, EntryStore
from tests.fakes.notes import on, write_entry

FULL = Entry(
    title="Megalodon: “효율적” LLM 🦈 \\textbf{x} \ufffd",
    aliases=("Megalodon",),
    authors=("Xuezhe Ma", "Kun Xu", "Kun Xu", "Maja Tr ̨ebacz"),
    abstract="Two lines\nof 10.5%10.5% text.",
    commentary=Commentary(("첫 문단.", "둘째 문단."), ("First.", "")),
    links=("https://arxiv.org/abs/2404.08801", "https://github.com/x?s=20"),
    arxiv_ids=("2404.08801", "2404.08802"),
    mentioned_arxiv_ids=("2209.10655",),
    tags=("State_Space", "llm"),
    relations=("221215 Another note.md", "Mega"),
    lines=(3, 9),
)


@pytest.fixture
def store(engine: Engine) -> EntryStore:
    return EntryStore(engine, now=lambda: datetime(2024, 5, 1, 3, tzinfo=UTC))


def file(store: EntryStore, *notes: Note, gone: tuple[str, ...] = ()) -> int:
    """Plan and apply notes just read, as a refresh does."""
    fresh = gather(notes)
    affected = {*gone, *(note.path for note in notes)}
    seen = recognise(store.known_entries(affected, fresh), fresh, affected)
    plan = decide(seen, store.texts([old.id for old in seen.open_known]), store.ids())
    looked_at = tuple(LookedAt(KnownNote(note.path, 1, 2, "ab", 1, readable=True), note.date, ()) for note in notes)
    return store.apply(Changes(store.about().revision, looked_at, (), gone, plan))


def note(path: str, *entries: Entry, dated: NoteDate | None = None) -> Note:
    return Note(path, dated or on(1), entries)


def titles(entries: tuple[object, ...]) -> list[str]:
    return [one.entry.title for one in entries]  # type: ignore[attr-defined] # filed entries and the like


def test_every_field_of_an_entry_comes_back(store: EntryStore) -> None:
    file(store, note("papers/a.md", write_entry(1), FULL, dated=NoteDate(DateKind.NONE)))
    (filed,) = (one for one in store.all_entries() if one.entry.title == FULL.title)
    assert filed.entry == FULL
    assert (filed.source, filed.date, filed.copies) == ("papers/a.md", NoteDate(), ())
    assert store.entry(filed.id) == filed
    assert store.texts([filed.id]) == {filed.id: FULL}


def test_the_copies_of_an_entry_are_named_and_the_first_path_is_its_source(store: EntryStore) -> None:
    file(store, note("b/x.md", FULL), note("a/x.md", FULL), note("c.md", FULL, FULL))
    (filed,) = store.all_entries()
    assert (filed.source, filed.copies) == ("a/x.md", ("b/x.md", "c.md"))


def test_entries_are_asked_for_by_id_in_any_order(store: EntryStore) -> None:
    file(store, note("a.md", *(write_entry(number) for number in range(1, 4))))
    wanted = [one.id for one in store.all_entries()][::-1]
    assert [one.id for one in store.entries([*wanted, "enobody"])] == wanted
    assert store.entry("enobody") is None
    assert store.entries([]) == ()


def test_all_entries_come_in_pages_without_a_gap(store: EntryStore) -> None:
    file(store, note("a.md", *(write_entry(number, "stub") for number in range(1, 1203))))
    found = [one.id for one in store.all_entries()]
    assert found == sorted(set(found))
    assert len(found) == store.about().entries == 1202


def test_what_changed_since_a_revision_is_told_with_what_is_gone(store: EntryStore) -> None:
    first = file(store, note("a.md", write_entry(1), write_entry(2)), note("b.md", write_entry(3)))
    second = file(store, note("a.md", replace(write_entry(1), tags=("new",))))
    assert second == first + 1
    since = store.changes_since(first)
    assert since.revision == second
    assert [one.entry.tags for one in since.changed] == [("new",)]
    (gone,) = since.gone
    assert store.entry(gone) is None
    assert len(store.changes_since(0).changed) == 2
    assert store.changes_since(second) == EntryChanges(second, (), ())
    file(store, note("c.md", write_entry(3)), gone=("b.md",))
    (moved,) = store.changes_since(second).changed
    assert moved.source == "c.md"


def test_a_tombstone_keeps_its_words_and_comes_back_as_it_was(store: EntryStore) -> None:
    file(store, note("a.md", FULL))
    (before,) = store.all_entries()
    file(store, gone=("a.md",))
    assert list(store.all_entries()) == []
    assert store.recall().notes == {}
    assert store.texts([before.id]) == {before.id: FULL}
    file(store, note("a.md", FULL))
    assert list(store.all_entries()) == [before]
    assert list(store.recall().notes) == ["a.md"]


def test_entries_are_found_by_the_days_they_stand_for(store: EntryStore) -> None:
    week = NoteDate(DateKind.WEEK, date(2023, 4, 16), date(2023, 4, 22))
    file(store, note("b.md", Entry("of the week"), dated=week))
    file(store, note("a.md", Entry("second"), Entry("first"), dated=on(0)))
    file(store, note("c.md", Entry("dateless"), dated=NoteDate()))
    assert titles(store.entries_between(date(2023, 4, 22), date(2024, 1, 1))) == ["of the week", "second", "first"]
    assert titles(store.entries_between(date(2023, 4, 17), date(2023, 4, 17))) == ["of the week"]
    assert store.entries_between(date(2023, 4, 23), date(2023, 12, 31)) == ()
    assert store.latest_date(date(2023, 12, 31)) == date(2023, 4, 22)
    assert store.latest_date(date(2024, 6, 1)) == date(2024, 1, 1)
    assert store.latest_date(date(2023, 4, 21)) is None


def test_a_digest_is_offered_what_is_due_on_its_days_and_nothing_without_a_date(
    store: EntryStore, engine: Engine
) -> None:
    week = NoteDate(DateKind.WEEK, date(2023, 4, 16), date(2023, 4, 22))
    first = file(
        store, note("a.md", Entry("of the week"), dated=week), note("b.md", Entry("no date"), dated=NoteDate())
    )
    second = file(store, note("c.md", Entry("of the day"), dated=NoteDate(DateKind.DAY, week.end, week.end)))
    with snapshot(engine) as connection:
        found = read_candidates(connection, date(2023, 4, 22), date(2023, 4, 22))
        assert read_candidates(connection, date(2023, 4, 16), date(2023, 4, 21)) == ()
    assert [(one.filed.entry.title, one.born) for one in found] == [("of the week", first), ("of the day", second)]


def test_tags_are_counted_folded_and_shown_as_spelt_most(store: EntryStore) -> None:
    spelt = (("LM", "llm"), ("lm",), ("lm", "LM"), ("lm",), ("vision_transformer",))
    file(store, note("a.md", *(Entry(f"title {n}", tags=tags) for n, tags in enumerate(spelt))))
    assert store.tag_counts() == (TagCount("lm", 4), TagCount("llm", 1), TagCount("vision_transformer", 1))
    assert store.tag_counts("#Vision-T") == (TagCount("vision_transformer", 1),)
    assert store.tag_counts("lm") == (TagCount("lm", 4), TagCount("llm", 1))
    assert store.tag_counts("%") == ()
    file(store, gone=("a.md",))
    assert store.tag_counts() == ()


def test_notes_on_one_paper_know_each_other(store: EntryStore) -> None:
    file(store, note("c.md", replace(FULL, title="Other words", arxiv_ids=("2404.08802",)), dated=on(9)))
    file(store, note("a.md", FULL, dated=on(5)))
    file(store, note("b.md", Entry("megalodon “효율적” LLM TEXTBF x"), Entry("Another"), dated=on(1)))
    (filed,) = store.entries_between(on(5).start or date.min, on(5).end or date.min)
    assert [one.source for one in store.same_paper(filed.id)] == ["b.md", "c.md"]
    assert store.same_paper("enobody") == ()


def test_problems_come_back_as_sentences(store: EntryStore) -> None:
    reason = sentence("{count} of {name} are odd", count=2, name="인용 “x”")
    problems = (Problem("a.md", 3, reason, notice=True), Problem("a.md", None, sentence("No values")))
    known = KnownNote("a.md", 1, None, None, 1, readable=False)
    store.apply(Changes(0, (LookedAt(known, None, problems),)))
    assert store.problems() == list(problems)
    assert store.recall().notes == {"a.md": known}
    store.apply(Changes(1, (LookedAt(known, None, problems[:1]),)))
    assert store.problems() == [problems[0]]
    store.apply(Changes(2, gone=("a.md",)))
    assert store.problems() == []


def test_changes_decided_on_another_revision_are_refused(store: EntryStore) -> None:
    file(store, note("a.md", FULL))
    with pytest.raises(Outrun):
        store.apply(Changes(0, gone=("a.md",)))
    assert len(list(store.all_entries())) == 1


def test_nothing_to_write_is_no_revision(store: EntryStore) -> None:
    assert store.apply(Changes(0)) == 0
    file(store, note("a.md", FULL))
    known = replace(store.recall().notes["a.md"], mtime_ns=99)
    assert store.apply(Changes(1, touched=(known,))) == 1
    assert store.recall().notes["a.md"] == known


def test_the_database_says_what_it_is(store: EntryStore) -> None:
    file(store, note("a.md", FULL, write_entry(1)), note("b.md", FULL))
    about = store.about()
    assert (about.revision, about.notes, about.entries, about.analyser_version) == (1, 2, 2, None)
    store.remember_analyser("7")
    assert store.about().analyser_version == "7"


def test_moments_come_back_in_utc(store: EntryStore, engine: Engine) -> None:
    file(store, note("a.md", FULL))
    file(store, gone=("a.md",))
    with snapshot(engine) as connection:
        (stored,) = connection.execute(text("SELECT first_seen_at FROM entries")).one()
    assert str(stored).startswith("2024-05-01 03:00:00")


def test_no_length_of_title_tag_or_text_is_too_much(store: EntryStore) -> None:
    dice = random.Random(1)
    long = "".join(chr(dice.randrange(0xAC00, 0xD7A3)) for _ in range(20_000))
    entry = Entry(long, aliases=(long,), authors=(long,), tags=(long,), links=(long,), relations=(long,))
    file(store, note("a.md", entry))
    (filed,) = store.all_entries()
    assert filed.entry == entry
    assert store.tag_counts() == (TagCount(long, 1),)
