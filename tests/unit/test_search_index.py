"""The index as others use it: build, change, open, and what lookups by value answer."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model import Commentary, DateKind, Entry, FiledEntry, Label, NoteDate
from bot.search.codec import decode_entry, decode_label, encode_entry, encode_label, label_of
from bot.search.index import IndexUnusable, SearchIndex
from tests.data.search.sample import SHELF, TODAY, filed, undated


def ids(entries: Iterable[FiledEntry | Label]) -> list[str]:
    return [entry.id for entry in entries]


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    return SearchIndex.build(tmp_path / "index", SHELF, "first")


def test_an_index_remembers_its_stamp_and_every_entry(index: SearchIndex, tmp_path: Path) -> None:
    opened = SearchIndex.open(tmp_path / "index")
    assert (opened.stamp, len(opened)) == ("first", len(SHELF))
    assert [opened.entry(entry.id) for entry in SHELF] == list(SHELF)
    assert opened.entry("nobody") is None
    assert opened.entry("") is None


def test_progress_hears_each_entry(tmp_path: Path) -> None:
    heard: list[int] = []
    SearchIndex.build(tmp_path / "index", SHELF, "s", heard.append)
    assert heard == list(range(1, len(SHELF) + 1))


def test_an_empty_index_answers(tmp_path: Path) -> None:
    index = SearchIndex.build(tmp_path / "index", (), "none")
    assert len(index) == 0
    assert not index.find("megalodon", today=TODAY).confident
    assert index.complete("", today=TODAY) == ()


def test_a_change_is_seen_at_once(index: SearchIndex) -> None:
    edited = replace(SHELF[1], entry=replace(SHELF[1].entry, title="Quokkaformer: a New Beginning"))
    index.apply([edited, filed(20, "Wombat Networks")], ["e3"], "second")
    assert (index.stamp, len(index)) == ("second", len(SHELF))
    assert ids(match.entry for match in index.find("quokkaformer", today=TODAY).matches) == ["e2"]
    assert ids(match.entry for match in index.find("wombat networks", today=TODAY).matches) == ["e20"]
    assert index.entry("e3") is None


def test_a_stamp_alone_can_change(index: SearchIndex) -> None:
    index.apply((), (), "")
    assert (index.stamp, len(index)) == ("", len(SHELF))


def test_many_changes_in_a_row_leave_one_entry_each(index: SearchIndex) -> None:
    for turn in range(12):
        index.apply([filed(30, f"Turn {turn} of the Wheel")], (), f"turn {turn}")
    assert len(index) == len(SHELF) + 1
    assert index.entry("e30") == filed(30, "Turn 11 of the Wheel")


def test_a_change_that_fails_half_way_changes_nothing(index: SearchIndex, tmp_path: Path) -> None:
    def failing() -> Iterable[FiledEntry]:
        yield filed(40, "Never seen")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        index.apply(failing(), ["e1"], "half")
    assert (index.stamp, len(index)) == ("first", len(SHELF))
    index.apply([filed(41, "Seen")], (), "whole")
    assert (SearchIndex.open(tmp_path / "index").stamp, len(index)) == ("whole", len(SHELF) + 1)


def test_a_build_that_fails_half_way_leaves_the_old_one(index: SearchIndex, tmp_path: Path) -> None:
    def failing() -> Iterable[FiledEntry]:
        yield filed(40, "Never seen")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        SearchIndex.build(tmp_path / "index", failing(), "half")
    assert SearchIndex.open(tmp_path / "index").stamp == index.stamp == "first"
    assert len(list((tmp_path / "index").glob("build-*"))) == 1


def test_a_new_build_drops_the_old_one_and_what_failed_before(index: SearchIndex, tmp_path: Path) -> None:
    (tmp_path / "index" / "build-leftover").mkdir()
    SearchIndex.build(tmp_path / "index", SHELF[:2], "second")
    assert len(list((tmp_path / "index").glob("build-*"))) == 1
    assert (index.stamp, len(index)) == ("second", 2)


def test_same_paper_by_id_by_title_and_never_itself(index: SearchIndex) -> None:
    assert ids(index.same_paper("e1")) == ["e7"]
    assert ids(index.same_paper("e7")) == ["e1"]
    assert index.same_paper("e2") == ()
    assert index.same_paper("nobody") == ()


def test_two_ids_are_two_papers_whatever_their_title(tmp_path: Path) -> None:
    twins = [filed(1, "Attention", arxiv_ids=("1.1",)), filed(2, "Attention", arxiv_ids=("2.2",))]
    index = SearchIndex.build(tmp_path / "index", twins, "s")
    assert index.same_paper("e1") == ()


def test_a_title_that_many_share_is_no_paper(tmp_path: Path) -> None:
    index = SearchIndex.build(tmp_path / "index", [filed(n, "Thoughts on recent papers") for n in range(9)], "s")
    assert index.same_paper("e1") == ()


def test_related_by_mention_by_link_and_by_tag(index: SearchIndex) -> None:
    assert ids(index.related("e1"))[0] == "e2"
    assert ids(index.related("e2"))[0] == "e1"
    assert ids(index.related("e5"))[0] == "e4"  # a wiki link
    assert "e5" in ids(index.related("e4"))
    assert "e7" not in ids(index.related("e1"))  # the same paper is not a related one
    assert index.related("nobody") == ()
    assert len(index.related("e1", limit=1)) == 1


def test_notes_that_share_a_common_word_or_tag_are_not_related(tmp_path: Path) -> None:
    shelf = [filed(n, f"Number {n} on Language Models", en=("It is a model.",), tags=("llm",)) for n in range(9)]
    index = SearchIndex.build(tmp_path / "index", shelf, "s")
    assert index.related("e1") == ()


def test_noted_papers_and_links(index: SearchIndex) -> None:
    asked = [
        "https://arxiv.org/abs/2209.10655v3",
        "2404.08801",
        "http://github.com/example/megalodon/",
        "1234.56789",
        "x",
    ]
    noted = {reference: ids(entries) for reference, entries in index.noted(asked).items()}
    assert noted == {asked[0]: ["e2"], asked[1]: ["e1"], asked[2]: ["e1"]}


def test_undated_entries_are_found_and_come_last(tmp_path: Path) -> None:
    index = SearchIndex.build(tmp_path / "index", [undated(1, "No Date at All"), *SHELF], "s")
    assert ids(match.entry for match in index.find("no date at all", today=TODAY).matches) == ["u1"]
    assert ids(index.complete("", today=TODAY))[-1] == "u1"
    listed = index.find("from:1900-01-01", limit=50, today=TODAY).matches
    assert "u1" not in ids(match.entry for match in listed)


@pytest.mark.parametrize("odd", ["\ud800", "", "\x00", "\x00stamp", "x" * 70_000])
def test_odd_ids_and_references_have_no_entry(index: SearchIndex, odd: str) -> None:
    assert index.entry(odd) is None
    assert index.related(odd) == index.same_paper(odd) == ()
    assert index.noted([odd, f"https://arxiv.org/abs/{odd}"]) == {}


def test_there_is_no_index_yet(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match="no search index"):
        SearchIndex.open(tmp_path / "nowhere")


texts = st.text(max_size=30)
tuples = st.lists(texts, max_size=3).map(tuple)
entries = st.builds(
    FiledEntry,
    id=st.uuids().map(str),
    source=texts,
    date=st.one_of(
        st.just(NoteDate()),
        st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(lambda day: NoteDate(DateKind.DAY, day, day)),
    ),
    entry=st.builds(
        Entry,
        title=texts,
        aliases=tuples,
        authors=tuples,
        abstract=st.none() | texts,
        commentary=st.builds(Commentary, ko=tuples, en=tuples),
        links=tuples,
        arxiv_ids=tuples,
        mentioned_arxiv_ids=tuples,
        tags=tuples,
        relations=tuples,
        lines=st.tuples(st.integers(1, 9), st.integers(9, 99)),
    ),
    copies=tuples,
)


@settings(max_examples=25, deadline=None)
@given(entries)
def test_an_entry_survives_being_written(entry: FiledEntry) -> None:
    assert decode_entry(encode_entry(entry)) == entry
    label = label_of(entry)
    assert decode_label(encode_label(label)) == label
    assert (label.id, label.title, label.tags) == (entry.id, entry.entry.title, entry.entry.tags)


def test_a_lone_surrogate_survives_too() -> None:
    odd = filed(1, "broken \ud800 text")
    assert decode_entry(encode_entry(odd)) == odd
    assert decode_label(encode_label(label_of(odd))) == label_of(odd)


@pytest.mark.parametrize("written", [b"", b"{}", b"[1,2]", b"null", b'["a"]'])
def test_what_is_no_entry_is_refused(written: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode_entry(written)
    with pytest.raises(ValueError, match=r"\w"):
        decode_label(written)


@settings(max_examples=25, deadline=None)
@given(st.lists(entries, max_size=4, unique_by=lambda entry: entry.id))
def test_any_entries_can_be_indexed_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, shelf: list[FiledEntry]
) -> None:
    index = SearchIndex.build(tmp_path_factory.mktemp("index"), shelf, "s")
    assert [index.entry(entry.id) for entry in shelf] == shelf
    for entry in shelf:
        index.find(entry.entry.title.replace(":", " "), today=TODAY)
        index.related(entry.id)
        index.same_paper(entry.id)


def test_odd_and_huge_entries_can_be_indexed(tmp_path: Path) -> None:
    shelf = [
        filed(1, "", tags=tuple(f"tag{number}" for number in range(5_000))),
        filed(2, "\ud800\x00", authors=("\udfff",), links=("\ud800",), tags=("\ud800",), relations=("\ud800",)),
        filed(3, "가" * 70_000, ko=("나" * 300_000,), tags=("다" * 70_000,)),
        filed(4, "a" * 70_000, en=("word " * 50_000,), arxiv_ids=("9" * 70_000,)),
        filed(5, "A" * 3_000 + "b-" * 3_000),
    ]
    index = SearchIndex.build(tmp_path / "index", shelf, "\ud800")
    assert (len(index), index.stamp) == (5, "\ud800")
    assert [index.entry(entry.id) for entry in shelf] == shelf
    assert ids(match.entry for match in index.find("#tag4321", today=TODAY).matches) == ["e1"]
