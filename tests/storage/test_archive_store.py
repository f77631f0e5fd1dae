"""The archive's questions are answered alike on both databases."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.model import DateCount, DateKind, NoteDate
from bot.notes.refresh import refresh
from bot.storage.archive import ArchiveStore
from bot.storage.entries import EntryStore

DAY = NoteDate(DateKind.DAY, date(2024, 4, 17), date(2024, 4, 17))
LATER = NoteDate(DateKind.DAY, date(2024, 5, 1), date(2024, 5, 1))
WEEK = NoteDate(DateKind.WEEK, date(2024, 4, 14), date(2024, 4, 20))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "b.txt").write_text("2024년 4월 17일\nFirst\n한글 글.\n#Rare_Tag #llm\nSecond\n한글 글.\n#llm\n", "utf-8")
    (folder / "a.txt").write_text("2024년 5월 1일\nThird\n한글 글.\n#rare-tag\n", "utf-8")
    (folder / "c.txt").write_text(
        "2024년 4월 3주차\nhttps://example.org/x\nFourth (A. Author)\n한글 글.\n#llm\n", "utf-8"
    )
    (folder / "Fifth.md").write_text("Fifth\n\n한글 글.\n\n#llm\n", "utf-8")
    return folder


@pytest.fixture
def archive(engine: Engine, notes: Path) -> ArchiveStore:
    refresh(notes, EntryStore(engine))
    return ArchiveStore(engine)


def titles(archive: ArchiveStore, tag: str, first: int = 0, limit: int = 10) -> list[str]:
    return [filed.entry.title for filed in archive.tagged(tag, first, limit)]


def test_dates_are_counted_newest_first_and_the_undated_last(archive: ArchiveStore) -> None:
    assert archive.dates() == (
        DateCount(LATER, 1),
        DateCount(WEEK, 1),
        DateCount(DAY, 2),
        DateCount(NoteDate(), 1),
    )


def test_a_tags_entries_come_newest_first_page_by_page_and_the_undated_last(archive: ArchiveStore) -> None:
    everything = titles(archive, "llm")
    assert everything == ["Fourth", "First", "Second", "Fifth"]
    assert titles(archive, "llm", 0, 2) + titles(archive, "llm", 2, 2) == everything
    assert titles(archive, "llm", 4, 2) == []


@pytest.mark.parametrize("tag", ["rare-tag", "#RARE_tag", "＃Rare-Tag"])
def test_a_tag_is_compared_folded(archive: ArchiveStore, tag: str) -> None:
    assert titles(archive, tag) == ["Third", "First"]


def test_the_newest_leave_the_undated_out(archive: ArchiveStore) -> None:
    assert [filed.entry.title for filed in archive.newest(3)] == ["Third", "Fourth", "First"]
    assert [filed.entry.title for filed in archive.undated(3)] == ["Fifth"]


def test_the_entries_of_a_date_are_named_in_the_order_of_the_notes(archive: ArchiveStore) -> None:
    assert [title for _, title in archive.titles_on(DAY)] == ["First", "Second"]
    assert [title for _, title in archive.titles_on(WEEK)] == ["Fourth"]
    assert archive.titles_on(NoteDate(DateKind.DAY, date(2020, 1, 1), date(2020, 1, 1))) == ()


def test_what_is_gone_is_gone_from_the_archive(archive: ArchiveStore, engine: Engine, notes: Path) -> None:
    (notes / "a.txt").unlink()
    refresh(notes, EntryStore(engine))
    assert titles(archive, "rare-tag") == ["First"]
    assert archive.dates()[0] == DateCount(WEEK, 1)


def test_entries_say_when_they_came(archive: ArchiveStore) -> None:
    ids = [filed.id for filed in archive.newest(10)]
    arrivals = archive.arrivals([*ids, "enobody"])
    assert sorted(arrivals) == sorted(ids)
    assert all(came.utcoffset() == timedelta() for came in arrivals.values())
    assert archive.arrivals([]) == {}
