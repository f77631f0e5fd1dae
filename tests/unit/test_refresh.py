"""A refresh over real files and a real database: what it opens, reports and keeps, and what it survives."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.errors import SettingsError
from bot.notes import refresh as refresh_module
from bot.notes.fingerprint import fingerprint
from bot.notes.layouts import PARSER_VERSION
from bot.notes.parse import ParsedNote, parse_note
from bot.notes.refresh import refresh
from bot.notes.report import RefreshReport
from bot.storage.engine import open_engine
from bot.storage.entries import EntryStore
from tests.fakes.databases import SqliteFiles

SEEDS = Path(__file__).parents[2] / "seeds"
LONG_AGO = 1_600_000_000


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("databases"))


@pytest.fixture
def engine(sqlite: SqliteFiles) -> Iterator[Engine]:
    engine = open_engine(sqlite.migrated())
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> EntryStore:
    return EntryStore(engine)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


def write(root: Path, path: str, text: str | bytes, age: int = LONG_AGO) -> Path:
    """Write a file that was last changed long ago, unless told otherwise."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(file, (age, age))
    return file


def a_note(title: str, text: str = "아주 흥미로운 연구입니다.") -> str:
    return (
        f"https://arxiv.org/abs/2404.{sum(title.encode()) % 100000:05}\n\n{title} (Ann Lee, Bo Kim)\n\n{text}\n\n#llm\n"
    )


def counts(report: RefreshReport) -> dict[str, int]:
    names = ("added", "changed", "moved", "gone", "unreadable", "unchanged")
    return {name: number for name in names if (number := getattr(report, name))}


def filed(store: EntryStore) -> dict[str, str]:
    """Return the id of each entry by its title."""
    return {one.entry.title: one.id for one in store.all_entries()}


def test_the_seeds_are_filed_and_then_left_alone(root: Path, store: EntryStore) -> None:
    shutil.copytree(SEEDS, root, dirs_exist_ok=True)
    first = refresh(root, store)
    assert counts(first) == {"added": 5}
    assert len(first.touched) == len(filed(store)) == 38
    second = refresh(root, store)
    assert counts(second) == {"unchanged": 5}
    assert (second.touched, second.removed, second.revision) == ((), (), first.revision)


def test_a_file_with_the_same_stamp_is_not_opened(root: Path, store: EntryStore) -> None:
    file = write(root, "240101 a.md", a_note("First"))
    refresh(root, store)
    write(root, "240101 a.md", a_note("Other"))
    assert counts(refresh(root, store)) == {"unchanged": 1}
    os.utime(file, (LONG_AGO + 1, LONG_AGO + 1))
    assert counts(refresh(root, store)) == {"changed": 1}
    assert list(filed(store)) == ["Other"]


def test_an_edit_in_the_same_tick_with_the_same_size_is_found(root: Path, store: EntryStore) -> None:
    file = write(root, "240101 a.md", a_note("First"))
    os.utime(file)
    stamp = file.stat().st_mtime_ns
    report = refresh(root, store)
    assert not report.fingerprint.settled
    file.write_text(a_note("Other"))
    os.utime(file, ns=(stamp, stamp))
    assert fingerprint(root).value == report.fingerprint.value
    assert counts(refresh(root, store)) == {"changed": 1}


def test_a_new_stamp_on_the_same_bytes_changes_nothing(root: Path, store: EntryStore) -> None:
    file = write(root, "240101 a.md", a_note("First"))
    first = refresh(root, store)
    os.utime(file, (LONG_AGO + 1, LONG_AGO + 1))
    second = refresh(root, store)
    assert counts(second) == {"unchanged": 1}
    assert second.revision == first.revision
    assert store.recall().notes["240101 a.md"].mtime_ns == (LONG_AGO + 1) * 10**9


def test_what_happens_to_files_is_reported_and_touches_just_their_entries(root: Path, store: EntryStore) -> None:
    for name in ("a", "b", "c", "d"):
        write(root, f"240101 {name}.md", a_note(f"Paper {name}"))
    refresh(root, store)
    before = filed(store)
    write(root, "240101 a.md", a_note("Paper a", "고쳐 썼습니다."))
    write(root, "2024/240101 b.md", (root / "240101 b.md").read_bytes())
    (root / "240101 b.md").unlink()
    (root / "240101 c.md").unlink()
    write(root, "240102 e.md", a_note("Paper e"))
    report = refresh(root, store)
    assert counts(report) == {"added": 1, "changed": 1, "moved": 1, "gone": 1, "unchanged": 1}
    after = filed(store)
    assert {title: after[title] for title in ("Paper a", "Paper b", "Paper d")} == {
        title: before[title] for title in ("Paper a", "Paper b", "Paper d")
    }
    assert set(report.touched) == {after["Paper a"], after["Paper b"], after["Paper e"]}
    assert report.removed == (before["Paper c"],)


@pytest.mark.parametrize("broken", [b"\x00\xff\xfe not text", b"", b"\n\n  \n", b"\xff\xfe\xfa\xc1\xff" * 20])
def test_a_file_that_breaks_keeps_its_last_good_entries(root: Path, store: EntryStore, broken: bytes) -> None:
    write(root, "240101 a.md", a_note("First"))
    write(root, "240101 b.md", a_note("Second"))
    refresh(root, store)
    before = filed(store)
    write(root, "240101 a.md", broken, LONG_AGO + 1)
    write(root, "240101 b.md", a_note("Second", "새 글입니다."), LONG_AGO + 1)
    report = refresh(root, store)
    assert counts(report) == {"changed": 1, "unreadable": 1}
    assert filed(store) == before
    (problem,) = report.problems
    assert (problem.path, problem.notice) == ("240101 a.md", False)
    again = refresh(root, store)
    assert counts(again) == {"unchanged": 1, "unreadable": 1}
    assert (again.problems, again.revision) == (report.problems, report.revision)
    write(root, "240101 a.md", a_note("First"), LONG_AGO + 2)
    mended = refresh(root, store)
    assert counts(mended) == {"changed": 1, "unchanged": 1}
    assert (mended.problems, filed(store)) == ((), before)


def test_a_file_that_becomes_a_pipe_keeps_its_entries(root: Path, store: EntryStore) -> None:
    file = write(root, "240101 a.md", a_note("First"))
    refresh(root, store)
    file.unlink()
    os.mkfifo(file)
    write(root, "240101 b.md", a_note("Second"))
    assert counts(refresh(root, store)) == {"added": 1, "unreadable": 1}
    assert set(filed(store)) == {"First", "Second"}


def test_a_folder_that_can_not_be_looked_into_keeps_its_notes(root: Path, store: EntryStore) -> None:
    write(root, "sub/240101 a.md", a_note("First"))
    write(root, "240101 b.md", a_note("Second"))
    refresh(root, store)
    (root / "sub").rename(root.parent / "elsewhere")
    (root / "sub").symlink_to(root.parent / "elsewhere")
    assert counts(refresh(root, store)) == {"unchanged": 1, "unreadable": 1}
    assert set(filed(store)) == {"First", "Second"}


def test_a_file_that_can_not_be_opened_is_tried_again(
    root: Path, store: EntryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, "240101 a.md", a_note("First"))
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", _refuse)
        first = refresh(root, store)
        assert counts(first) == counts(refresh(root, store)) == {"unreadable": 1}
        assert refresh(root, store).revision == first.revision
    assert counts(refresh(root, store)) == {"changed": 1}
    assert set(filed(store)) == {"First"}


def _refuse(*_: object, **__: object) -> int:
    raise PermissionError(13, "Permission denied")


def test_a_fault_in_the_parser_stops_one_file_alone(
    root: Path, store: EntryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, "240101 a.md", a_note("First"))
    refresh(root, store)
    before = filed(store)

    def stumble(path: str, text: str) -> ParsedNote:
        return parse_note(path, text) if "b.md" in path else ParsedNote(1 / 0)  # type: ignore[arg-type]

    monkeypatch.setattr(refresh_module, "parse_note", stumble)
    write(root, "240101 a.md", a_note("First", "고쳤습니다."))
    write(root, "240101 b.md", a_note("Second"))
    report = refresh(root, store)
    assert counts(report) == {"added": 1, "unreadable": 1}
    assert "report it" in str(report.problems[0].reason)
    assert filed(store).items() >= before.items()


def test_problems_and_notices_of_unchanged_files_are_reported_again(root: Path, store: EntryStore) -> None:
    write(root, "undated.md", a_note("No date"))
    first = refresh(root, store)
    second = refresh(root, store)
    assert counts(second) == {"unchanged": 1}
    assert first.problems == second.problems
    assert (second.notices, second.problems[0].path) == (1, "undated.md")


def test_a_missing_folder_removes_nothing(root: Path, store: EntryStore) -> None:
    write(root, "240101 a.md", a_note("First"))
    refresh(root, store)
    with pytest.raises(SettingsError, match=r"gone.*can't be opened.*PAPERBOY_NOTES"):
        refresh(root.with_name("gone"), store)
    assert set(filed(store)) == {"First"}


def test_an_empty_folder_that_held_notes_removes_nothing_unless_that_is_meant(root: Path, store: EntryStore) -> None:
    file = write(root, "240101 a.md", a_note("First"))
    refresh(root, store)
    file.unlink()
    with pytest.raises(SettingsError, match=r"is empty, but there were notes in it \(1\).*--rebuild"):
        refresh(root, store)
    assert set(filed(store)) == {"First"}
    assert counts(refresh(root, store, accept_empty=True)) == {"gone": 1}
    assert not filed(store)


def test_an_empty_folder_that_never_held_notes_is_no_mistake(root: Path, store: EntryStore) -> None:
    assert counts(refresh(root, store)) == {}


def test_progress_is_told_up_to_the_end(root: Path, store: EntryStore) -> None:
    for number in range(3):
        write(root, f"24010{number + 1} a.md", a_note(f"Paper {number}"))
    told: list[tuple[int, int]] = []
    refresh(root, store, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_newer_parser_reads_every_file_again_and_keeps_every_id(
    root: Path, store: EntryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SEEDS, root, dirs_exist_ok=True)
    write(root, "240101 a.md", a_note("First"))
    refresh(root, store)
    before = filed(store)

    def parse_otherwise(path: str, text: str) -> ParsedNote:
        parsed = parse_note(path, text)
        entries = tuple(replace(entry, tags=(*entry.tags, "newer")) for entry in parsed.note.entries)
        return replace(parsed, note=replace(parsed.note, entries=entries))

    monkeypatch.setattr(refresh_module, "PARSER_VERSION", PARSER_VERSION + 1)
    monkeypatch.setattr(refresh_module, "parse_note", parse_otherwise)
    assert counts(refresh(root, store)) == {"changed": 6}
    assert filed(store) == before
    assert counts(refresh(root, store)) == {"unchanged": 6}


def test_entries_keep_their_ids_while_the_seeds_are_edited_renamed_and_redated(root: Path, store: EntryStore) -> None:
    shutil.copytree(SEEDS, root, dirs_exist_ok=True)
    refresh(root, store)
    before = set(filed(store).values())
    for number, file in enumerate(sorted(root.glob("*.txt"))):
        header, _, rest = file.read_text(encoding="utf-8").partition("\n")
        redated = header.replace("2024년 4월 17일", "2024년 4월 18일")
        write(root, f"moved/{number}.txt", f"{redated}\n" + rest.replace("모델", "모델들", 1))
        file.unlink()
    report = refresh(root, store)
    assert counts(report)["moved"] == 5
    assert set(filed(store).values()) == before


def test_a_path_too_long_for_the_database_is_reported_and_stops_no_other(
    root: Path, store: EntryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh_module, "_LONGEST_PATH", 20)
    write(root, "240101 a.md", a_note("First"))
    write(root, "a folder/240101 with a long name.md", a_note("Second"))
    report = refresh(root, store)
    assert counts(report) == {"added": 1, "unreadable": 1}
    assert "too long" in str(report.problems[0].reason)
