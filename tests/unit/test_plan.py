"""What a plan says of single changes: copies, tombstones, drafts, and the same paper noted twice."""

from dataclasses import replace

from bot.model import Commentary, DateKind, Entry, Note, NoteDate
from bot.notes.identity import content_digest, new_id, title_key
from bot.notes.plan import Outcome
from tests.fakes.notes import Shelf, on, write_entry

MEGALODON, SABIA, IDEFICS = write_entry(1), write_entry(2, "stub"), write_entry(3, "plain")


def note(path: str, *entries: Entry, date: NoteDate | None = None) -> Note:
    return Note(path, date or on(1), entries)


def outcomes(shelf: Shelf, *notes: Note, gone: set[str] | None = None) -> dict[str, Outcome]:
    return {entry.id: entry.outcome for entry in shelf.refresh(list(notes), gone or set()).entries}


def test_a_title_is_compared_by_its_letters_and_digits() -> None:
    assert title_key("  LLaMA-2：  Open ‘Foundation’ ") == "llama2openfoundation"
    assert title_key("메갈로돈, 두 번째") == "메갈로돈두번째"
    assert title_key("???") == "???"


def test_an_id_is_short_and_the_same_wherever_it_is_made() -> None:
    identity = new_id(MEGALODON, on(1), frozenset())
    assert identity == new_id(replace(MEGALODON, title="Another", tags=()), on(1), frozenset())
    assert len(identity) == 13
    assert identity.startswith("e")
    assert identity != new_id(MEGALODON, on(2), frozenset())


def test_an_id_that_is_taken_is_stepped_over() -> None:
    first = new_id(MEGALODON, on(1), frozenset())
    second = new_id(MEGALODON, on(1), {first})
    assert new_id(MEGALODON, on(1), {first, second}) not in {first, second}


def test_an_index_made_anew_gives_the_same_ids() -> None:
    notes = [note("b.md", SABIA, MEGALODON), note("a.md", IDEFICS)]
    one, other = Shelf(), Shelf()
    one.refresh(notes)
    for single in notes:
        other.refresh([single])
    assert one.filed.keys() == other.filed.keys()


def test_where_an_entry_stands_and_its_file_name_are_not_its_content() -> None:
    assert content_digest(MEGALODON) == content_digest(replace(MEGALODON, lines=(7, 9), aliases=("Mega",)))
    assert content_digest(MEGALODON) != content_digest(replace(MEGALODON, tags=()))


def test_the_same_entry_in_two_files_is_one_whose_source_is_the_first_path() -> None:
    shelf = Shelf()
    plan = shelf.refresh([note("papers/arXiv/a.md", MEGALODON), note("papers/2023/a.md", MEGALODON)])
    (entry,) = plan.entries
    assert [place.path for place in entry.places] == ["papers/2023/a.md", "papers/arXiv/a.md"]


def test_a_copy_that_appears_later_joins_the_entry() -> None:
    shelf = Shelf()
    shelf.refresh([note("b.md", MEGALODON)])
    (identity,) = shelf.filed
    assert outcomes(shelf, note("a.md", MEGALODON)) == {identity: Outcome.MOVED}
    assert shelf.filed[identity].known.paths == {"a.md", "b.md"}


def test_a_copy_that_goes_leaves_the_entry() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON), note("b.md", MEGALODON)])
    (identity,) = shelf.filed
    assert outcomes(shelf, gone={"a.md"}) == {identity: Outcome.MOVED}
    assert shelf.filed[identity].known.paths == {"b.md"}
    assert shelf.refresh([], {"b.md"}).gone == (identity,)


def test_of_two_copies_the_edited_one_becomes_an_entry_of_its_own() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON), note("b.md", MEGALODON)])
    (first,) = shelf.filed
    shelf.refresh([note("a.md", replace(MEGALODON, tags=("new",)))])
    assert shelf.at("b.md") == [first]
    assert shelf.at("a.md") != [first]


def test_two_copies_corrected_one_after_the_other_are_the_first_entry_again() -> None:
    corrected = replace(MEGALODON, tags=("new",))
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON), note("b.md", MEGALODON)])
    (first,) = shelf.filed
    shelf.refresh([note("a.md", corrected)])
    (second,) = shelf.at("a.md")
    plan = shelf.refresh([note("b.md", corrected)])
    assert plan.gone == (second,)
    assert shelf.at("a.md") == shelf.at("b.md") == [first]


def test_two_copies_corrected_at_once_stay_one_entry() -> None:
    corrected = replace(MEGALODON, tags=("new",))
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON), note("b.md", MEGALODON)])
    (first,) = shelf.filed
    assert outcomes(shelf, note("a.md", corrected), note("b.md", corrected)) == {first: Outcome.EDITED}


def test_a_note_moved_onto_another_one_on_its_paper_stays_itself() -> None:
    again = replace(MEGALODON, commentary=write_entry(99).commentary)
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON)])
    shelf.refresh([note("b.md", again)])
    elder, younger = shelf.at("a.md"), shelf.at("b.md")
    plan = shelf.refresh([note("a.md", again)], {"b.md"})
    assert (shelf.at("a.md"), plan.gone) == (younger, tuple(elder))


def test_two_notes_on_one_paper_that_trade_their_words_stay_the_two_they_were() -> None:
    variant, third = replace(MEGALODON, tags=("b",)), replace(MEGALODON, tags=("c",))
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON)])
    shelf.refresh([note("b.md", variant)])
    before = {*shelf.at("a.md"), *shelf.at("b.md")}
    assert shelf.refresh([note("a.md", variant), note("b.md", third)]).gone == ()
    assert {*shelf.at("a.md"), *shelf.at("b.md")} == before


def test_the_same_paper_on_two_dates_is_two_entries() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON)])
    shelf.refresh([note("b.md", MEGALODON, date=on(9))])
    assert len(shelf.living()) == 2


def test_a_new_note_on_the_paper_of_a_note_long_gone_is_a_new_entry() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON)])
    shelf.refresh([], {"a.md"})
    anew = replace(MEGALODON, commentary=write_entry(99).commentary)
    assert set(outcomes(shelf, note("b.md", anew, date=on(9))).values()) == {Outcome.ADDED}


def test_a_file_that_comes_back_edited_is_the_same() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON, IDEFICS)])
    before = shelf.at("a.md")
    shelf.refresh([], {"a.md"})
    edited = (replace(MEGALODON, tags=()), replace(IDEFICS, title="Idefics3"))
    assert set(outcomes(shelf, note("a.md", *edited)).values()) == {Outcome.REVIVED}
    assert shelf.at("a.md") == before


def test_a_file_caught_half_written_loses_nothing() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON, SABIA, IDEFICS)])
    before = shelf.at("a.md")
    half = replace(SABIA, links=(), arxiv_ids=())
    shelf.refresh([note("a.md", MEGALODON, half)])
    shelf.refresh([note("a.md", MEGALODON, SABIA, IDEFICS)])
    assert shelf.at("a.md") == before


def test_a_living_entry_is_not_lost_to_a_dead_one() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON, IDEFICS)])
    kept, dropped = shelf.at("a.md")
    shelf.refresh([note("a.md", MEGALODON)])
    shelf.refresh([note("a.md", replace(MEGALODON, title=IDEFICS.title))])
    assert shelf.at("a.md") == [kept]
    assert shelf.filed[dropped].known.gone


def test_another_paper_in_the_place_of_one_is_a_new_entry() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON)])
    (old,) = shelf.at("a.md")
    plan = shelf.refresh([note("a.md", IDEFICS)])
    assert plan.gone == (old,)


def test_a_draft_that_grows_under_its_title_is_the_same_entry() -> None:
    draft = Entry("Reka Core")
    shelf = Shelf()
    shelf.refresh([note("a.md", draft)])
    grown = replace(draft, links=("https://reka.ai",), commentary=Commentary(("아주 좋은 모델이군요.",)))
    assert set(outcomes(shelf, note("a.md", grown)).values()) == {Outcome.EDITED}


def test_entries_on_no_date_keep_their_identity_too() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON, date=NoteDate())])
    (before,) = shelf.at("a.md")
    shelf.refresh([note("b.md", MEGALODON, date=NoteDate(DateKind.NONE))], {"a.md"})
    assert shelf.at("b.md") == [before]


def test_a_moved_file_is_told_even_if_it_was_edited() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON, SABIA, IDEFICS)])
    plan = shelf.refresh([note("b.md", MEGALODON, SABIA, replace(IDEFICS, tags=()))], {"a.md"})
    assert plan.moved == {"b.md": "a.md"}
    assert plan.gone == ()


def test_lines_that_shift_change_no_entry() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", MEGALODON)])
    assert set(outcomes(shelf, note("a.md", replace(MEGALODON, lines=(5, 9)))).values()) == {Outcome.KEPT}


def test_a_file_renamed_on_the_same_day_renames_the_alias() -> None:
    shelf = Shelf()
    shelf.refresh([note("a.md", replace(MEGALODON, aliases=("a",)))])
    (entry,) = shelf.refresh([note("b.md", replace(MEGALODON, aliases=("b",)))], {"a.md"}).entries
    assert entry.outcome is Outcome.MOVED
    assert entry.content is not None
    assert entry.content.entry.aliases == ("b",)
