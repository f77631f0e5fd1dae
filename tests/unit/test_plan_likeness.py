"""Where entries are alike but not the same: what is enough to be one, and what isn't."""

from dataclasses import replace

from bot.model import Commentary, Entry, Note, NoteDate
from bot.notes.plan import Outcome
from tests.fakes.notes import Shelf, on, write_entry

FULL = write_entry(1)
WORDS = " ".join(write_entry(50, "plain").commentary.ko + write_entry(51, "plain").commentary.ko).split()
OTHER_WORDS = " ".join(write_entry(60, "plain").commentary.ko + write_entry(61, "plain").commentary.ko).split()


def note(path: str, *entries: Entry, date: NoteDate | None = None) -> Note:
    return Note(path, date or on(1), entries)


def said(*words: str) -> Commentary:
    return Commentary((" ".join(words),))


def test_an_entry_rewritten_by_half_under_another_title_is_the_same_in_its_place_alone() -> None:
    assert min(len(WORDS), len(OTHER_WORDS)) >= 40
    before = replace(write_entry(2, "plain"), commentary=said(*WORDS[:40]))
    after = replace(before, title=write_entry(3).title, commentary=said(*WORDS[:20], *OTHER_WORDS[:20]))
    shelf = Shelf()
    shelf.refresh([note("a.md", FULL, before)])
    _, identity = shelf.at("a.md")
    shelf.refresh([note("a.md", FULL, after)])
    assert shelf.at("a.md")[1] == identity
    shelf = Shelf()
    shelf.refresh([note("a.md", before)])
    plan = shelf.refresh([note("b.md", after)], {"a.md"})
    assert (plan.entries[0].outcome, len(plan.gone)) == (Outcome.ADDED, 1)


def test_a_paper_noted_anew_on_another_day_does_not_carry_on_a_note_deleted_at_once() -> None:
    anew = replace(FULL, commentary=said(*OTHER_WORDS))
    shelf = Shelf()
    shelf.refresh([note("a.md", FULL)])
    plan = shelf.refresh([note("b.md", anew, date=on(7))], {"a.md"})
    assert (plan.entries[0].outcome, len(plan.gone)) == (Outcome.ADDED, 1)


def test_a_bare_title_moved_and_mended_at_once_is_the_same() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", Entry("Idefcis2"))])
    plan = shelf.refresh([note("b.md", Entry("Idefics2"))], {"a.md"})
    assert [entry.outcome for entry in plan.entries] == [Outcome.EDITED]


def test_an_entry_merely_like_a_dead_one_elsewhere_is_new() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", FULL, Entry("Idefics2"))])
    shelf.refresh([note("a.md", FULL)])
    plan = shelf.refresh([note("a.md", replace(FULL, tags=())), note("b.md", Entry("Idefics3"))])
    assert [entry.outcome for entry in plan.entries] == [Outcome.EDITED, Outcome.ADDED]


def test_a_title_like_the_one_whose_place_it_takes_is_a_new_entry() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", Entry("Gemma 2"))])
    plan = shelf.refresh([note("a.md", Entry("Gemma 2.5 Pro"))])
    assert [entry.outcome for entry in plan.entries] == [Outcome.ADDED]


def test_of_two_notes_on_one_paper_in_a_file_the_words_tell_which_is_which() -> None:
    one, other = replace(FULL, commentary=said(*WORDS)), replace(FULL, commentary=said(*OTHER_WORDS))
    shelf = Shelf()
    shelf.refresh([note("a.md", one, other)])
    first, second = shelf.at("a.md")
    shelf.refresh([note("a.md", replace(other, title=write_entry(8).title), replace(one, title=write_entry(9).title))])
    assert shelf.at("a.md") == [second, first]


def test_a_bare_link_and_a_text_on_one_paper_are_not_taken_for_each_other() -> None:
    stub = write_entry(4, "stub")
    text = replace(stub, commentary=said(*WORDS))
    shelf = Shelf()
    shelf.refresh([note("a.md", stub, text)])
    first, second = shelf.at("a.md")
    shelf.refresh([note("a.md", replace(text, tags=()), replace(stub, tags=("x",)))])
    assert shelf.at("a.md") == [second, first]


def test_two_notes_on_one_paper_of_one_day_get_an_id_each_at_once() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", FULL, replace(FULL, commentary=said(*WORDS)))])
    assert len(set(shelf.at("a.md"))) == 2


def test_the_same_words_in_two_files_of_two_dates_keep_their_files_when_both_get_other_dates() -> None:
    shelf = Shelf()
    shelf.refresh([note("b.md", FULL, date=on(1))])
    shelf.refresh([note("a.md", FULL, date=on(2))])
    before = shelf.at("a.md"), shelf.at("b.md")
    shelf.refresh([note("a.md", FULL, date=on(3)), note("b.md", FULL, date=on(4))])
    assert (shelf.at("a.md"), shelf.at("b.md")) == before


def test_a_copy_under_another_file_name_leaves_the_alias_of_the_first() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", replace(FULL, aliases=("a",)))])
    (entry,) = shelf.refresh([note("b.md", replace(FULL, aliases=("b",)))]).entries
    assert (entry.outcome, entry.content) == (Outcome.MOVED, None)


def test_a_file_moved_to_where_most_of_its_entries_are_and_named_alike() -> None:
    shelf = Shelf()
    shelf.refresh([note("x/one.md", FULL), note("y/two.md", FULL), note("y/three.md", write_entry(2))])
    moved = [note("z/x/one.md", FULL), note("z/y/two.md", FULL), note("z/y/three.md", write_entry(2))]
    plan = shelf.refresh(moved, {"x/one.md", "y/two.md", "y/three.md"})
    assert plan.moved == {f"z/{path}": path for path in ("x/one.md", "y/two.md", "y/three.md")}


def test_two_parts_of_a_series_are_two_papers() -> None:
    one = Entry("Physics of Language Models: Part 1", links=("https://arxiv.org/abs/1",), arxiv_ids=("2305.13673",))
    other = Entry("Physics of Language Models: Part 2", links=("https://arxiv.org/abs/2",), arxiv_ids=("2309.14316",))
    shelf = Shelf()
    shelf.refresh([note("a.md", one)])
    plan = shelf.refresh([note("b.md", other)], {"a.md"})
    assert [entry.outcome for entry in plan.entries] == [Outcome.ADDED]


def test_in_a_long_file_edited_from_end_to_end_each_entry_is_looked_for_near_its_place() -> None:
    shared = ("https://example.org/reading-list",)
    entries = [replace(write_entry(number, "plain"), links=shared) for number in range(100, 170)]
    edited = [
        replace(
            entry,
            title=write_entry(number).title,
            commentary=said(" ".join(entry.commentary.ko), "조금 더 적어 둡니다."),
        )
        for number, entry in enumerate(entries, start=1000)
    ]
    shelf = Shelf()
    shelf.refresh([note("a.md", *entries)])
    before = shelf.at("a.md")
    shelf.refresh([note("a.md", write_entry(5), write_entry(6), *edited)])
    assert shelf.at("a.md")[2:] == before
