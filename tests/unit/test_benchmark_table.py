"""The table of figures: what is measured stands beside goal and peers, a failure doesn't hide the others."""

import re
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.quotation import BEGIN, END, QUOTED, quoting
from benchmarks.table import Figure, Section, at_least, at_most, document, machine

ROOT = Path(__file__).parents[2]


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
    assert "uv run python -m benchmarks" in text


def test_each_section_says_what_measures_it_alone() -> None:
    text = document([Section("Search.", [Figure("size", "7 MB")], name="search")], quick=False)
    assert "## Search\n\n`uv run python -m benchmarks --only search`\n\n| figure |" in text


def test_each_section_says_how_fast_plain_python_was() -> None:
    text = document([Section("Search.", [Figure("size", "7 MB")], pace=(341_279, 238_926))], quick=False)
    assert "| size | 7 MB |  |  |\n\nPlain Python: 341 thousand rounds a second before, 239 after.\n" in text


def test_the_readme_quotes_the_main_figures_between_its_marks() -> None:
    kept = (ROOT / "README.md").read_text("utf-8")
    assert kept.count(BEGIN) == kept.count(END) == 1
    first = Figure("right answer first", "99.1 %", "≥ 95 %", True)
    sections = [Section("Search.", [first, Figure("size of the index", "7 MB")], name="search")]
    once = quoting(kept, sections)
    assert "| right answer first | 99.1 % | ≥ 95 % ✓ |" in once
    assert "size of the index" not in once
    assert quoting(once, sections) == once
    assert once.startswith(kept.split(BEGIN)[0])
    assert once.endswith(kept.split(END)[1])


@pytest.mark.parametrize(("module", "beginning"), QUOTED)
def test_what_is_quoted_is_measured(module: str, beginning: str) -> None:
    source = (ROOT / "benchmarks" / f"{module}.py").read_text("utf-8")
    words = re.sub(r"^[0-9]+ ", "", beginning)
    assert words in source or words.rpartition(" of ")[2] in source


def test_modules_take_part_by_offering_figures() -> None:
    assert {"start", "digest"} <= set(command.names())
    assert "table" not in command.names()


def test_one_that_fails_is_said_and_the_file_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "OUTPUT", tmp_path / "benchmarks.md")
    monkeypatch.setattr(command, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text(f"{BEGIN}\n{END}\n")
    monkeypatch.setattr(command, "names", lambda: ["nowhere"])
    assert command.main(["--quick"]) == 1
    said = capsys.readouterr()
    assert "Not measured: ModuleNotFoundError" in said.out
    assert not (tmp_path / "benchmarks.md").exists()
    assert command.main([]) == 1
    assert "Not measured" in (tmp_path / "benchmarks.md").read_text(encoding="utf-8")
    assert command.main(["--only", "no such benchmark"]) == 1
