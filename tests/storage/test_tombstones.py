"""Entries that have been gone for long lose their words and nothing else: what comes back is the same entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from bot.model import Entry
from bot.storage.engine import snapshot
from bot.storage.entries import EntryStore
from bot.storage.tables import arxiv_ids, links, tags
from tests.storage.test_entries import FULL, file, note

START = datetime(2024, 5, 1, 3, tzinfo=UTC)
OTHER = Entry("Another paper", commentary=FULL.commentary)


class Notes:
    """A store whose clock a test can turn."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = START
        self.store = EntryStore(engine, now=lambda: self.now)

    def throw_away(self, path: str, *, days_later: int = 0) -> None:
        """Remove a file; what has been gone for long fades with that."""
        self.now += timedelta(days=days_later)
        file(self.store, gone=(path,))


@pytest.fixture
def notes(engine: Engine) -> Notes:
    notes = Notes(engine)
    file(notes.store, note("a.md", FULL), note("b.md", OTHER))
    return notes


@pytest.mark.parametrize("back", [FULL, replace(FULL, tags=("new",)), replace(FULL, arxiv_ids=())])
def test_what_comes_back_after_it_faded_is_the_same_entry_with_its_words(notes: Notes, back: Entry) -> None:
    (before,) = [one for one in notes.store.all_entries() if one.source == "a.md"]
    notes.throw_away("a.md")
    notes.throw_away("b.md", days_later=181)
    (faded,) = notes.store.texts([before.id]).values()
    assert (faded.title, faded.arxiv_ids, faded.commentary.ko, faded.tags) == (FULL.title, FULL.arxiv_ids, (), ())
    file(notes.store, note("a.md", back))
    assert list(notes.store.all_entries()) == [replace(before, entry=back)]


def test_nothing_fades_before_half_a_year(notes: Notes) -> None:
    (before,) = [one for one in notes.store.all_entries() if one.source == "a.md"]
    notes.throw_away("a.md")
    notes.throw_away("b.md", days_later=179)
    assert notes.store.texts([before.id]) == {before.id: FULL}


def test_a_faded_entry_keeps_its_id_and_its_own_arxiv_ids_and_nothing_long(notes: Notes) -> None:
    ids = notes.store.ids()
    notes.throw_away("a.md")
    notes.throw_away("b.md", days_later=181)
    assert notes.store.ids() == ids
    assert set(notes.store.changes_since(0).gone) == ids
    with snapshot(notes.engine) as connection:
        left = [connection.scalar(select(func.count()).select_from(table)) for table in (tags, links, arxiv_ids)]
    assert left == [0, 0, 2]
