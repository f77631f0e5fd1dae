"""The table of figures: what is measured stands beside goal and peers, a failure doesn't hide the others."""

from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.table import Figure, Section, at_least, at_most, document, machine


def test_a_figure_says_whether_it_meets_its_goal() -> None:
    assert at_most("p99", 4.21, 6, "ms") == Figure("p99", "4.2 ms", "≤ 6 ms", True)
    assert at_most("p99", 6.01, 6, "ms").met is False
    assert at_least("right note first", 98.0, 98, "%").met is True
    assert at_least("right note first", 97.9, 98, "%", peers={"rapidfuzz": "30 %"}).peers == {"rapidfuzz": "30 %"}


def test_the_document_names_the_machine_and_sets_peers_beside() -> None:
    figures = [at_most("a | b", 1, 2, "s", peers={"a bot": "3 s", "FTS5": "4 s"}), Figure("size", "7 MB")]
    text = document([Section("Search.", figures), Section("slow", [], "RuntimeError: no disk")], quick=False)
    assert machine() in text
    assert "| a \\| b | 1.0 s | ≤ 2 s ✓ | a bot: 3 s; FTS5: 4 s |" in text
    assert "| size | 7 MB |  |  |" in text
    assert "## slow\n\nNot measured: RuntimeError: no disk" in text


def test_modules_take_part_by_offering_figures() -> None:
    assert {"start", "digest"} <= set(command.names())
    assert "table" not in command.names()


def test_one_that_fails_is_said_and_the_file_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "OUTPUT", tmp_path / "benchmarks.md")
    monkeypatch.setattr(command, "names", lambda: ["nowhere"])
    assert command.main(["--quick"]) == 1
    said = capsys.readouterr()
    assert "Not measured: ModuleNotFoundError" in said.out
    assert not (tmp_path / "benchmarks.md").exists()
    assert command.main([]) == 1
    assert "Not measured" in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert command.main(["--only", "no such benchmark"]) == 1
