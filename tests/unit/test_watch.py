"""The watch over real files: each change leads to a refresh in time, whatever becomes of folder, files or refresh."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from watchfiles import Change, awatch

from bot.errors import SettingsError
from bot.notes import watch as watch_module
from bot.notes.watch import concerns_notes, watch
from bot.sentences import sentence
from tests.fakes.waiting import PATIENCE


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look more often than in earnest, so that the tests wait less."""
    monkeypatch.setattr(watch_module, "_LOOK_MS", 50)
    monkeypatch.setattr(watch_module, "_POLL", 0.1)


class Refresh:
    """Read the whole folder whenever asked, as a refresh would, and let a test wait for what it expects to see."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.calls = 0
        self.fault: Exception | None = None
        self.seen: dict[str, str] = {}
        self._changed = threading.Condition()

    def __call__(self) -> None:
        with self._changed:
            self.calls += 1
            self._changed.notify_all()
            if self.fault:
                raise self.fault
            self.seen = {file.name: file.read_text() for file in self.root.rglob("*.md")}

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """Wait until a condition holds after some call; return how long it took."""
        started = time.monotonic()

        def wait() -> bool:
            with self._changed:
                return self._changed.wait_for(condition, seconds)

        assert await asyncio.to_thread(wait), f"not within {seconds} s"
        return time.monotonic() - started


def watching(
    root: Path, steps: Callable[[Refresh], Awaitable[None]], *, polling: bool = False, every: float = 300.0
) -> None:
    """Run steps beside a watch that has had its first look."""

    async def run() -> None:
        refresh = Refresh(root)
        task = asyncio.create_task(watch(root, refresh, polling=polling, every=every))
        try:
            await refresh.until(lambda: refresh.calls > 0)
            await steps(refresh)
        finally:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


def replace_folder(root: Path) -> None:
    """Put another folder, with one file, in the place of the notes folder."""
    new = root.with_name("new")
    new.mkdir()
    (new / "a.md").write_text("one")
    root.rename(root.with_name("old"))
    new.rename(root)


def make_anew(root: Path) -> None:
    """Delete the notes folder and make it anew, with one file."""
    root.rmdir()
    root.mkdir()
    (root / "a.md").write_text("one")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("polling", [False, True])
def test_a_file_is_found_in_time_when_written_edited_moved_and_deleted(root: Path, polling: bool) -> None:
    async def steps(refresh: Refresh) -> None:
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})
        (root / "a.md").write_text("other")
        await refresh.until(lambda: refresh.seen == {"a.md": "other"})
        (root / "sub").mkdir()
        (root / "a.md").rename(root / "sub" / "b.md")
        await refresh.until(lambda: refresh.seen == {"b.md": "other"})
        (root / "sub" / "b.md").unlink()
        await refresh.until(lambda: not refresh.seen)

    watching(root, steps, polling=polling)


def test_a_save_through_another_file_is_found(root: Path) -> None:
    async def steps(refresh: Refresh) -> None:
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})
        (root / "a.md.tmp").write_text("two")
        (root / "a.md.tmp").replace(root / "a.md")
        await refresh.until(lambda: refresh.seen == {"a.md": "two"})

    watching(root, steps)


def test_a_burst_of_changes_is_few_refreshes(root: Path) -> None:
    async def steps(refresh: Refresh) -> None:
        before = refresh.calls
        for number in range(500):
            (root / f"{number}.md").write_text("x")
        await refresh.until(lambda: len(refresh.seen) == 500)
        assert refresh.calls - before <= 5

    watching(root, steps)


@pytest.mark.parametrize(
    ("path", "concerned"),
    [
        ("a.md", True),
        ("2024", True),
        ("2024/b.md", True),
        (".obsidian/workspace.json", False),
        ("2024/.a.md.swp", False),
    ],
)
def test_hidden_files_concern_nobody(root: Path, path: str, concerned: bool) -> None:
    assert concerns_notes(root, {(Change.modified, str(root / path))}) is concerned
    assert not concerns_notes(root, set())


@pytest.mark.parametrize("fault", [SettingsError(sentence("The notes folder is empty.")), ZeroDivisionError()])
def test_a_refresh_that_fails_does_not_end_the_watch(root: Path, fault: Exception) -> None:
    async def steps(refresh: Refresh) -> None:
        refresh.fault = fault
        failed = refresh.calls
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.calls > failed)
        refresh.fault = None
        (root / "b.md").write_text("two")
        await refresh.until(lambda: len(refresh.seen) == 2)

    watching(root, steps)


def test_a_refresh_that_failed_is_tried_again_without_a_change(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "_RETRY", 0.1)

    async def steps(refresh: Refresh) -> None:
        refresh.fault = ZeroDivisionError()
        failed = refresh.calls
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.calls > failed)
        refresh.fault = None
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})

    watching(root, steps)


def test_it_looks_every_now_and_then_without_any_event(root: Path) -> None:
    async def steps(refresh: Refresh) -> None:
        before = refresh.calls
        await refresh.until(lambda: refresh.calls >= before + 2)

    watching(root, steps, every=0.1)


def test_a_folder_that_is_replaced_is_watched_in_its_new_form(root: Path) -> None:
    async def steps(refresh: Refresh) -> None:
        await asyncio.to_thread(replace_folder, root)
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})
        (root / "b.md").write_text("two")
        await refresh.until(lambda: len(refresh.seen) == 2)

    watching(root, steps)


def test_a_folder_that_goes_is_waited_for(root: Path) -> None:
    async def steps(refresh: Refresh) -> None:
        await asyncio.to_thread(make_anew, root)
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})
        (root / "b.md").write_text("two")
        await refresh.until(lambda: len(refresh.seen) == 2)

    watching(root, steps)


def test_a_folder_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    root = tmp_path / "notes"

    async def run() -> None:
        refresh = Refresh(root)
        task = asyncio.create_task(watch(root, refresh))
        await asyncio.sleep(0.1)
        assert refresh.calls == 0
        root.mkdir()
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())


def test_a_folder_that_goes_while_it_is_opened_is_listened_to_once_it_is_back(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def go_and_come_back(*_: object, **__: object) -> object:
        monkeypatch.setattr(watch_module, "awatch", awatch)
        root.rmdir()
        threading.Timer(0.1, root.mkdir).start()
        raise OSError("No such file or directory")

    monkeypatch.setattr(watch_module, "awatch", go_and_come_back)

    async def steps(refresh: Refresh) -> None:
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})

    watching(root, steps)


def test_a_link_that_is_turned_to_another_folder_is_followed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.md").write_text(name)
    link = tmp_path / "notes"
    link.symlink_to("one")

    async def steps(refresh: Refresh) -> None:
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})
        (tmp_path / "next").symlink_to("two")
        (tmp_path / "next").replace(link)
        await refresh.until(lambda: refresh.seen == {"a.md": "two"})
        (link / "a.md").write_text("three")
        await refresh.until(lambda: refresh.seen == {"a.md": "three"})

    watching(link, steps)


def test_it_turns_to_looking_where_the_system_can_not_watch(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr(watch_module, "awatch", refuse)

    async def steps(refresh: Refresh) -> None:
        (root / "a.md").write_text("one")
        await refresh.until(lambda: refresh.seen == {"a.md": "one"})

    watching(root, steps)


def test_it_stops_promptly_when_cancelled(root: Path) -> None:
    async def run() -> float:
        refresh = Refresh(root)
        task = asyncio.create_task(watch(root, refresh))
        await refresh.until(lambda: refresh.calls > 0)
        started = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return time.monotonic() - started

    assert asyncio.run(run()) < 5.0
