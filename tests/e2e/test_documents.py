"""Every command that a document shows runs, and prints what the document shows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.commands import COMMANDS
from bot.cli.parser import build_parser
from bot.errors import UsageError
from bot.words import Words
from tests.fakes.documents import Block, agrees, blocks, inline_commands
from tests.fakes.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")])
BLOCKS = [block for document in DOCUMENTS for block in blocks(document)]
# What a document's reader has in place by then, or what would test the tests.
_SET_UP = ("pip install uv && ", "uv run ")


def name(block: Block) -> str:
    return f"{block.file.name}:{block.line}"


def here(command: str) -> str:
    """Turn a command as a reader types it into one that runs in this environment."""
    for prefix in _SET_UP:
        command = command.replace(prefix, "")
    if command == "pytest":
        return "pytest --version"
    return command.replace("pytest ", "pytest --collect-only ", 1) if command.startswith("pytest ") else command


@pytest.fixture
def home(place: Path) -> Path:
    """Return a folder as a reader has it: the checked-out project, a home folder with notes."""
    for source in ("bot", "adapters", "benchmarks", "docs", "tests", "pyproject.toml", ".env.example"):
        (place / source).symlink_to(ROOT / source)
    for document in ROOT.glob("*.md"):
        (place / document.name).symlink_to(document)
    shutil.copytree(place / "seeds", place / "home" / "notes")
    return place


@pytest.mark.parametrize("document", [pytest.param(document, id=document.name) for document in DOCUMENTS])
def test_the_commands_of_a_document_run_in_order_and_print_what_it_shows(document: Path, home: Path) -> None:
    for block in BLOCKS:
        if block.file == document and block.not_run is None:
            for command, shown in block.commands():
                run(command, shown, home)


def run(command: str, shown: list[str] | None, home: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(home / "home"), "PAPERBOY_HTTP_ADDRESS": "off"}
    done = subprocess.run(
        ["bash", "-c", here(command)],
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    # A transcript may show a search that finds nothing, or a question back.
    assert done.returncode in ((0, 1, 2) if shown else (0,)), f"{command}\n{done.stdout}"
    if shown is not None:
        assert agrees(shown, done.stdout.splitlines()), f"{command}\n{done.stdout}"


def test_a_block_that_is_not_run_says_why() -> None:
    reasons = {name(block): block.not_run for block in BLOCKS if block.not_run is not None}
    assert all(len(reason.split()) >= 2 for reason in reasons.values()), reasons


@pytest.mark.parametrize("document", [pytest.param(document, id=document.name) for document in DOCUMENTS])
def test_a_command_that_a_sentence_names_exists(document: Path) -> None:
    unknown = [words for words in inline_commands(document) if not is_known(words)]
    assert not unknown


def is_known(words: list[str]) -> bool:
    """Say whether the command line takes these words; a sentence may leave out what a command is about."""
    try:
        build_parser(COMMANDS, Words("en")).parse_args(words)
    except UsageError as error:
        return "required" in str(error)
    except SystemExit as ended:  # --help and --version
        return ended.code == 0
    return True


def test_the_figures_that_alerts_watch_are_there() -> None:
    shown = set(re.findall(r"paperboy_\w+", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    code = (ROOT / "bot" / "web" / "metrics.py").read_text(encoding="utf-8")
    assert shown
    assert [name for name in shown if f'"{name.removesuffix("_total")}"' not in code] == []


def test_what_is_shown_is_compared_line_by_line() -> None:
    printed = ["One 2024-04-17 (Wed)", "", "Two", "Three"]
    assert agrees(["One 2026-01-01 (Thu)", "Two", "Three"], printed)
    assert agrees(["One 2024-04-17 (Wed)", "…"], printed)
    assert agrees(["One 2024-04-17 (Wed)", "│ …", "Three"], printed)
    assert not agrees(["One 2024-04-17 (Wed)", "Three"], printed)
    assert not agrees(["One 2024-04-17 (Wed)", "Two"], printed)
    assert not agrees(["…", "Four"], printed)
