"""A refresh that breaks, is killed or outrun: the database holds all of it or nothing, and no entry is born twice."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Sequence, Set
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.notes.records import FreshEntry, KnownEntry
from bot.notes.refresh import refresh
from bot.notes.store import Changes, Memory, Outrun
from bot.storage.engine import open_engine
from bot.storage.entries import EntryStore

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    shutil.copytree(SEEDS, folder)
    return folder


def everything(engine: Engine) -> tuple[object, ...]:
    store = EntryStore(engine)
    return store.about(), tuple(store.all_entries()), tuple(store.recall().notes.items()), tuple(store.problems())


def ids(engine: Engine) -> list[str]:
    return [one.id for one in EntryStore(engine).all_entries()]


def edit_everything(root: Path) -> None:
    """Edit, move and drop files, and add one, so that a refresh writes to every table."""
    for number, file in enumerate(sorted(root.glob("*.txt"))):
        text = file.read_text(encoding="utf-8").replace("모델", "모형")
        (root / f"new-{number}.txt").write_text(f"{text}\n[[240101 a.md]]\n#new-tag", encoding="utf-8")
        file.unlink()
    (root / "240101 a.md").write_text("https://arxiv.org/abs/2404.00001\n\nA title (Ann Lee)\n\n새 글.\n\n#llm\n")


class CrashError(Exception):
    """Stand for anything that can go wrong between two statements."""


def crash_at(engine: Engine, statement: int, crash: Callable[[], None]) -> EntryStore:
    """Return a store that crashes after so many statements of its writing transaction."""

    class Crashing(EntryStore):
        def apply(self, changes: Changes) -> int:
            numbers = count(1)

            def tick(*_: object) -> None:
                if next(numbers) == statement:
                    crash()

            event.listen(engine, "after_cursor_execute", tick)
            try:
                return super().apply(changes)
            finally:
                event.remove(engine, "after_cursor_execute", tick)

    return Crashing(engine)


def raise_crash() -> None:
    raise CrashError


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_refresh_that_breaks_at_any_step_leaves_what_was_there(engine: Engine, root: Path) -> None:
    refresh(root, EntryStore(engine))
    before = everything(engine)
    edit_everything(root)
    for statement in count(1):
        try:
            refresh(root, crash_at(engine, statement, raise_crash))
        except CrashError:
            assert everything(engine) == before
        else:
            break
    assert statement > 15
    assert set(ids(engine)) > {one.id for one in before[1]}  # type: ignore[attr-defined] # the entries, see above


def test_a_refresh_that_is_killed_leaves_what_was_there(address: str | Path, engine: Engine, root: Path) -> None:
    refresh(root, EntryStore(engine))
    before, first = everything(engine), ids(engine)
    engine.dispose()
    edit_everything(root)
    process = multiprocessing.get_context("spawn").Process(target=_refresh_and_die, args=(address, root))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert everything(engine) == before
    refresh(root, EntryStore(engine))
    assert set(ids(engine)) > set(first)


def _refresh_and_die(address: str | Path, root: Path) -> None:
    refresh(root, crash_at(open_engine(address), 12, die))


class Overtaken(EntryStore):
    """A store that another process overtakes so many times, between the decision and the writing."""

    def __init__(self, engine: Engine, root: Path, times: int) -> None:
        super().__init__(engine)
        self._other = EntryStore(engine)
        self._root = root
        self._left = times

    def recall(self) -> Memory:
        (self._root / f"240102 {self._left}.md").write_text(f"One more {self._left} (Ann Lee)\n\n글.\n\n#llm\n")
        return super().recall()

    def known_entries(self, paths: Set[str], fresh: Sequence[FreshEntry]) -> list[KnownEntry]:
        found = super().known_entries(paths, fresh)
        if self._left:
            self._left -= 1
            refresh(self._root, self._other)
        return found


def test_a_refresh_that_is_outrun_looks_again(engine: Engine, root: Path) -> None:
    report = refresh(root, Overtaken(engine, root, times=2))
    assert (report.unchanged, report.added) == (7, 1)
    assert len(ids(engine)) == 41


def test_a_refresh_that_is_always_outrun_gives_up_and_writes_nothing_twice(engine: Engine, root: Path) -> None:
    with pytest.raises(Outrun, match="Another Paperboy"):
        refresh(root, Overtaken(engine, root, times=99))
    assert len(ids(engine)) == len(set(ids(engine))) == 38 + 5
