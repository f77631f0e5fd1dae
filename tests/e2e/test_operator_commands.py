"""What an operator runs: settings, the doctor, moving house; as a person and as a script sees them."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.run import heed_termination
from tests.fakes.databases import PostgresServer

pytestmark = pytest.mark.usefixtures("place")


def test_config_shows_each_value_with_its_source(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    (place / "paperboy.toml").write_text('[digest]\nat = "08:30"\n')
    monkeypatch.setenv("PAPERBOY_LANG", "en")
    assert main(["config"]) == 0
    lines = {line.split()[0]: line.split() for line in capsys.readouterr().out.splitlines()}
    assert lines["PAPERBOY_DIGEST_AT"] == ["PAPERBOY_DIGEST_AT", "08:30", "paperboy.toml"]
    assert lines["PAPERBOY_LANG"] == ["PAPERBOY_LANG", "en", "environment"]
    assert lines["DISCORD_TOKEN"] == ["DISCORD_TOKEN", "not", "set"]
    assert main(["config", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["settings"]
    assert {"name": "PAPERBOY_DIGEST_AT", "value": "08:30", "source": "paperboy.toml", "secret": False} in found


def test_config_check_exits_with_1_for_a_misspelt_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["config", "check"]) == 0
    assert capsys.readouterr().out == "Every name is known and every value can be used.\n"
    monkeypatch.setenv("PAPERBOY_NOTEZ", "x")
    assert main(["config", "check", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem.endswith("Did you mean PAPERBOY_NOTES?")


def test_config_check_finds_tokens_that_do_not_fit_together(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1234567890")
    assert main(["config", "check"]) == 1
    assert "SLACK_APP_TOKEN" in capsys.readouterr().out


def test_a_settings_file_that_cannot_be_read_is_one_sentence(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "paperboy.toml").write_text("digest = {")
    assert main(["config"]) == 2
    assert capsys.readouterr().err.startswith("paperboy.toml is not TOML: ")


def test_the_doctor_is_content_with_a_fresh_place_and_leaves_it_so(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    before = sorted(place.rglob("*"))
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert all(line.startswith("✓ ") for line in said.splitlines())
    subjects = [line[2:].split(":")[0] for line in said.splitlines()]
    assert subjects[:7] == ["settings", "notes", "data", "database", "index", "clock", "time zones"]
    assert sorted(place.rglob("*")) == before


def test_the_doctor_names_what_is_wrong_with_the_cure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    main(["tags"])
    (place / "paperboy.db").write_bytes(b"not a database" * 1000)
    monkeypatch.setenv("PAPERBOY_NOTEZ", "x")
    capsys.readouterr()
    assert main(["doctor", "--notes", "nowhere"]) == 1
    said = capsys.readouterr().out
    assert "✗ notes: The folder nowhere doesn't exist.\n  → " in said
    assert "✗ database: It can't be used.\n  → The database paperboy.db is damaged." in said
    assert "✗ settings: “PAPERBOY_NOTEZ” in environment" in said
    assert main(["doctor", "--notes", "nowhere", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["well"] is False
    assert [check["subject"] for check in document["checks"] if check["cure"]] == ["settings", "notes", "database"]


def test_the_doctor_stops_at_settings_that_cannot_be_used(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOY_TIMEZONE", "KST+9")
    assert main(["doctor"]) == 1
    assert [line[0] for line in capsys.readouterr().out.splitlines()] == ["✗", " "]


def test_moving_to_postgresql_and_back_keeps_every_id(
    postgresql: PostgresServer, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "moved").mkdir()
    moved = {"DATABASE_URL": postgresql.empty(), "PAPERBOY_DATA": "moved"}
    before = found_id(capsys)
    assert main(["subscriptions", "add", "console:local/main", "#llm"]) == 0
    assert main(["export", "there.jsonl"]) == 0
    assert (place / "there.jsonl").stat().st_mode & 0o777 == 0o600
    assert paperboy("import", "there.jsonl", **moved).returncode == 0
    assert paperboy("export", "back.jsonl", **moved).returncode == 0
    assert json.loads(paperboy("search", "megalodon", "--json", **moved).stdout)["matches"][0]["id"] == before
    refused = paperboy("import", "there.jsonl", **moved)
    assert (refused.returncode, "--replace" in refused.stderr) == (2, True)
    capsys.readouterr()
    assert main(["import", "back.jsonl", "--replace", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["subscriptions"] == 1
    assert len(list((place / "backups").glob("*-before-import.db"))) == 1
    assert found_id(capsys) == before
    there, back = (place / name for name in ("there.jsonl", "back.jsonl"))
    assert there.read_text().splitlines()[1:] == back.read_text().splitlines()[1:]


def found_id(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert main(["search", "megalodon", "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)["matches"][0]["id"])


def paperboy(*arguments: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot.cli", *arguments]
    full = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment}
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=full, check=False)


def test_an_export_that_cannot_be_written_leaves_the_old_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    main(["tags"])
    assert main(["export", "nowhere/export.jsonl"]) == 2
    assert "nowhere/export.jsonl can't be written" in capsys.readouterr().err
    (place / "export.jsonl").write_text("the one of yesterday")
    with closing(sqlite3.connect(place / "paperboy.db")) as meddling:
        meddling.execute("UPDATE entries SET first_seen_at = 'nonsense'")
        meddling.commit()
    assert main(["export", "export.jsonl"]) == 2
    assert (place / "export.jsonl").read_text() == "the one of yesterday"
    assert not (place / "export.jsonl.unfinished").exists()


def test_a_pipe_moves_a_database(place: Path) -> None:
    (place / "new").mkdir()
    written = paperboy("export", "-")
    read = paperboy("import", "-", stdin=written.stdout, PAPERBOY_DATA="new")
    assert "rows imported and compared." in read.stdout


@pytest.mark.parametrize("file", ["nowhere.jsonl", "."])
def test_an_import_of_a_file_that_is_none_is_one_sentence(capsys: pytest.CaptureFixture[str], file: str) -> None:
    assert main(["import", file]) == 2
    assert f"{file} can't be read" in capsys.readouterr().err


def test_termination_is_heeded_before_the_loop_runs() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        heed_termination()
        with pytest.raises(SystemExit) as ended:
            os.kill(os.getpid(), signal.SIGTERM)
        assert ended.value.code == 143
    finally:
        signal.signal(signal.SIGTERM, before)
