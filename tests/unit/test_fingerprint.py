"""The stamp of a notes folder: another one after any change, cheap, and honest where an edit may hide."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import NoteError
from bot.notes.fingerprint import fingerprint

LONG_AGO = 1_600_000_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (LONG_AGO, LONG_AGO))
    return tmp_path


def test_it_stays_while_nothing_changes(root: Path) -> None:
    first = fingerprint(root)
    assert first == fingerprint(root)
    assert first.settled


def test_it_is_another_one_after_any_change(root: Path) -> None:
    seen = {fingerprint(root).value}
    for change in (
        lambda: os.utime(root / "a.md", (LONG_AGO, LONG_AGO + 1)),
        lambda: (root / "a.md").write_text("longer than before"),
        lambda: (root / "a.md").rename(root / "c.md"),
        lambda: (root / "b.md").unlink(),
        lambda: (root / "d.md").symlink_to("nowhere"),
    ):
        change()
        value = fingerprint(root).value
        assert value not in seen
        seen.add(value)


def test_another_folder_with_the_same_files_is_another_one(root: Path) -> None:
    before = fingerprint(root).value
    moved = root.rename(root.with_name("moved"))
    assert fingerprint(moved).value != before


def test_files_that_are_no_notes_do_not_count(root: Path) -> None:
    before = fingerprint(root)
    (root / "picture.png").write_bytes(b"x")
    (root / ".obsidian").mkdir()
    (root / ".obsidian" / "workspace.md").write_text("x")
    assert fingerprint(root) == before


def test_it_is_not_settled_while_an_edit_could_hide_in_the_same_tick(root: Path) -> None:
    os.utime(root / "a.md")
    assert not fingerprint(root).settled


def test_a_missing_folder_is_an_error(root: Path) -> None:
    with pytest.raises(NoteError, match="can't be opened"):
        fingerprint(root / "nowhere")


def test_taking_it_needs_no_database_library() -> None:
    program = (
        "import sys, bot.notes.fingerprint, bot.notes.refresh, bot.notes.watch; print('sqlalchemy' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"
