"""The doctor: each thing that can be wrong is one line with a cure, and looking at it changes and shows nothing."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.doctor import places
from bot.doctor.examine import examine_platforms
from bot.doctor.places import look_at_clock, look_at_data, look_at_index, look_at_notes, look_at_zones
from bot.errors import SettingsError
from bot.indexing import Stamp
from bot.ports import Check, Finding
from bot.search.index import SearchIndex
from bot.sentences import sentence

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTE = "# A Title of a Paper\n\nhttps://arxiv.org/abs/2404.08801\n\n코멘트입니다.\n"


def well(finding: Finding) -> bool:
    assert finding.well == (finding.cure is None)
    return finding.well


def test_notes_that_can_be_read_are_counted() -> None:
    finding = look_at_notes(Path(__file__).parents[2] / "seeds")
    assert well(finding)
    assert "5 files with 38 entries" in str(finding.seen)


@pytest.mark.parametrize(
    ("make", "seen", "cure"),
    [
        (lambda folder: folder.rmdir(), "doesn't exist", "PAPERBOY_NOTES"),
        (lambda folder: None, "0 files with 0 entries", "Put notes there"),
        (
            lambda folder: (folder / "2024-01-01.md").write_bytes(b"\xff\x00\xfe\x81"),
            "1 problems in 1 files",
            "notes check",
        ),
        (lambda folder: os.mkfifo(folder / "2024-01-01.md"), "problems in", "notes check"),
    ],
)
def test_notes_that_are_not_there_or_cannot_be_read(tmp_path: Path, make: object, seen: str, cure: str) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    make(folder)  # type: ignore[operator]  # one of the functions above
    finding = look_at_notes(folder)
    assert not well(finding)
    assert seen in str(finding.seen)
    assert cure in str(finding.cure)


def test_a_data_folder_that_is_not_there(tmp_path: Path) -> None:
    assert well(look_at_data(tmp_path))
    finding = look_at_data(tmp_path / "nowhere")
    assert "PAPERBOY_DATA" in str(finding.cure)


def test_a_data_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write anywhere, so it is made to seem
    assert "can't be written" in str(look_at_data(tmp_path).seen)


def test_a_disk_without_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LEAST_SPACE", 1 << 62)
    assert "Make room" in str(look_at_data(tmp_path).cure)


@pytest.mark.parametrize(
    ("stamp", "database", "seen", "is_well"),
    [
        (Stamp("a", 3), ("a", 3), "agrees with the database", True),
        (Stamp("a", 3), ("a", 4), "takes up what is new at the next start", True),
        (Stamp("a", 3), None, "can be read", True),
        (Stamp("b", 3), ("a", 3), "fed from another database", False),
    ],
)
def test_an_index_is_compared_with_its_database(
    tmp_path: Path, stamp: Stamp, database: tuple[str, int] | None, seen: str, is_well: bool
) -> None:
    SearchIndex.build(tmp_path / "index", [], str(stamp))
    finding = look_at_index(tmp_path / "index", database)
    assert well(finding) == is_well
    assert seen in str(finding.seen)


def test_an_index_that_is_absent_is_fine_and_a_damaged_one_is_not(tmp_path: Path) -> None:
    assert well(look_at_index(tmp_path / "index", None))
    SearchIndex.build(tmp_path / "index", [], "")
    for file in (tmp_path / "index").rglob("*.json"):
        file.write_text("{")
    finding = look_at_index(tmp_path / "index", None)
    assert not well(finding)
    assert "paperboy index --rebuild" in str(finding.cure)


@pytest.mark.parametrize(("year", "is_well"), [(1970, False), (2026, True), (2037, True), (2106, False)])
def test_a_clock_that_is_years_away(year: int, is_well: bool) -> None:
    assert well(look_at_clock(NOW.replace(year=year))) == is_well


def test_a_machine_without_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "it is 21:00" in str(look_at_zones("Asia/Seoul", NOW).seen)
    monkeypatch.setattr(places, "available_timezones", lambda: {"UTC"})
    assert "tzdata" in str(look_at_zones("UTC", NOW).cure)


def test_platforms_are_asked_side_by_side_and_none_keeps_the_others() -> None:
    asked: list[str] = []
    both = asyncio.Barrier(2)

    async def fine() -> Sequence[Finding]:
        await both.wait()
        return [Finding("fine token", sentence("Accepted."))]

    async def also_fine() -> Sequence[Finding]:
        await both.wait()
        return []

    async def hangs() -> Sequence[Finding]:
        asked.append("hangs")
        await asyncio.Event().wait()
        return []

    async def crashes() -> Sequence[Finding]:
        raise RuntimeError("xoxb-canary-0123456789")

    async def clashes() -> Sequence[Finding]:
        raise SettingsError(sentence("A token is missing."))

    checks: dict[str, Check] = {
        "fine": fine,
        "unset": also_fine,
        "hangs": hangs,
        "crashes": crashes,
        "clashes": clashes,
    }
    findings = asyncio.run(examine_platforms(checks, patience=0.2))
    assert [(finding.subject, finding.well) for finding in findings] == [
        ("fine token", True),
        ("unset", True),
        ("hangs", False),
        ("crashes", False),
        ("clashes", False),
    ]
    assert "RuntimeError" in str(findings[3].seen)
    assert "canary" not in str(findings)
    assert str(findings[4].seen) == "A token is missing."
