"""The index follows its database through everything an operator does to it while the bot runs."""

import shutil
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.core import Core
from bot.settings import load_settings
from bot.storage.engine import open_engine
from bot.storage.transfer import export_lines, import_lines

SEED = "000_59043c7d544fb5ec.txt"


@pytest.fixture
def core(place: Path) -> Core:
    (place / "elsewhere").mkdir()
    opened = Core(load_settings(notes=place / "seeds", data=place))
    opened.open_library()
    return opened


def titles(core: Core) -> list[str]:
    found = core.library.find("#state-space-model", limit=20, today=core.local_date())
    return sorted(match.entry.entry.title for match in found.matches)


def ids_unknown(core: Core) -> list[str]:
    """Return the entry ids of the index that the database doesn't know."""
    known = {filed.id for filed in core.store.all_entries()}
    assert len(core.library.index) == len(known)
    found = core.library.find("#llm", limit=50, today=core.local_date()).matches
    return [match.entry.id for match in found if match.entry.id not in known]


def test_a_running_bot_notices_that_the_database_was_replaced(core: Core, place: Path) -> None:
    shutil.copytree(place / "seeds", place / "fewer")
    (place / "fewer" / SEED).unlink()
    other = Core(load_settings(notes=place / "fewer", data=place / "elsewhere"))
    other.open_library()
    ids = {filed.id for filed in other.store.all_entries()}
    lines = list(export_lines(other.engine, other.clock.now()))
    import_lines(open_engine(place / "paperboy.db"), lines, "moved.jsonl", replace=True)
    core.refresh()
    assert ids_unknown(core) == []
    assert ids < {filed.id for filed in core.store.all_entries()}, "the entries that moved keep their ids"


def test_a_running_bot_notices_that_an_older_copy_was_put_back(core: Core, place: Path) -> None:
    core.engine.dispose()
    shutil.copy(place / "paperboy.db", place / "copy.db")
    before = titles(core)
    note = place / "seeds" / "240501 Test.md"
    note.write_text("Quokkaformer (A B)\n\n시험.\n\n#llm #state-space-model\n")
    core.refresh()
    assert titles(core) == sorted([*before, "Quokkaformer"])
    core.engine.dispose()
    for leftover in place.glob("paperboy.db-*"):
        leftover.unlink()
    shutil.copy(place / "copy.db", place / "paperboy.db")
    note.write_text("Wombatformer (C D)\n\n다른 시험.\n\n#llm #state-space-model\n")
    core.refresh()
    assert ids_unknown(core) == []
    assert titles(core) == sorted([*before, "Wombatformer"])


def test_after_an_import_the_next_command_finds_what_came(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "megalodon"]) == 0
    assert main(["export", "there.jsonl"]) == 0
    assert main(["import", "there.jsonl", "--replace"]) == 0
    assert main(["search", "megalodon"]) == 0
    assert "Megalodon" in capsys.readouterr().out
