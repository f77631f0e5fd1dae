"""What the commands about digests say to a person, and what they exit with."""

import io
import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.cli.output import progress_bar

pytestmark = pytest.mark.usefixtures("place")
HOME = "console:local/main"
DAY = "2024-04-17"


def said(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """Run a command and return what it printed; fails where it exits with anything else."""
    assert main([*arguments, "--lang", "en"]) == code
    return capsys.readouterr().out


def test_a_digest_is_shown_with_what_stays_out_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "#llm"])
    capsys.readouterr()
    lines = said(capsys, "digest", "show", DAY, "--channel", HOME).splitlines()
    assert lines[0] == f"2024-04-17 (Wed), for {HOME}"
    assert "  + Reka Core — matches #llm" in lines
    assert sum(line.startswith("  + ") for line in lines) == 3
    assert any(line.startswith("  - Megalodon") and line.endswith("none of its tags is subscribed") for line in lines)
    assert said(capsys, "digest", "show", "2019-01-01", "--channel", HOME, code=1).count("\n") == 1


def test_a_channel_nobody_configured_is_shown_everything(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, "digest", "show", DAY, "--channel", "console:local/other").splitlines()
    assert sum(line.startswith("  + ") for line in lines) == 7
    assert not [line for line in lines if line.startswith("  - ")]


def test_a_turn_of_the_job_lists_what_it_did_and_the_ledger_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "deliveries", code=1) == ""
    assert said(capsys, "digest", "tick", "--now", f"{DAY}T00:00:30Z") == "Nothing was due.\n"
    main(["subscriptions", "add", HOME, "#llm at 09:00 tz Asia/Seoul"])
    capsys.readouterr()
    (line,) = said(capsys, "digest", "tick", "--now", f"{DAY}T00:00:30").splitlines()
    identifier, *rest = line.split()
    assert rest == [DAY, HOME, "0", "posted", "3"]
    assert f"{identifier}  {DAY}  {HOME}  0  posted  3" in said(capsys, "deliveries").splitlines()
    assert said(capsys, "deliveries", "--state", "failed", code=1) == ""


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["digest", "tick", "--now", "yesterday"], "“yesterday” is not an instant. Use e.g. 2024-04-17T00:00:00Z."),
        (["digest", "show", "2024-04", "--channel", HOME], "“2024-04” is not a date."),
        (["digest", "send", DAY, "--channel", HOME], f"{HOME} has no subscriptions. Add one:"),
        (["deliveries", "resend", "nothing"], "No delivery has the id nothing."),
        (["subscriptions", "add"], "ADDRESS is missing."),
        (["subscriptions", "add", HOME], "RULE is missing."),
        (["subscriptions", "import", "nowhere.jsonl"], "nowhere.jsonl can't be read: "),
        (["worker"], "Workers share a PostgreSQL. Set DATABASE_URL"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reason: str
) -> None:
    assert main([*arguments, "--lang", "en"]) == 2
    output = capsys.readouterr()
    assert (output.out, output.err.count("\n")) == ("", 1)
    assert reason in output.err


def test_a_digest_that_has_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "#llm"])
    capsys.readouterr()
    assert said(capsys, "digest", "send", "2019-01-01", "--channel", HOME, code=1).endswith(
        "There is nothing to post.\n"
    )


def test_subscriptions_move_as_lines_of_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    assert said(capsys, "subscriptions", "list", code=1) == ""
    for address, rule in ((HOME, "#llm -#survey at 10:30 on mon-fri"), ("slack:T1/C1", "all")):
        main(["subscriptions", "add", address, rule])
    capsys.readouterr()
    listed = said(capsys, "subscriptions", "list")
    exported = said(capsys, "subscriptions", "export")
    (place / "rules.jsonl").write_text(f"{exported}\n")
    monkeypatch.setenv("PAPERBOY_DATA", str(place / "home"))
    (place / "home").mkdir()
    assert said(capsys, "subscriptions", "import", "rules.jsonl") == "2 channels imported.\n"
    assert said(capsys, "subscriptions", "list") == listed
    monkeypatch.setattr("sys.stdin", io.StringIO('{"channel": "console:local/piped", "rule": "#rl"}'))
    assert said(capsys, "subscriptions", "import", "-") == "1 channel imported.\n"
    assert "console:local/piped  #rl" in said(capsys, "subscriptions", "list")
    assert said(capsys, "subscriptions", "remove", HOME, "#llm").startswith(HOME)
    assert said(capsys, "subscriptions", "remove", "slack:T1/C1", "#llm", code=1) == "slack:T1/C1  all\n"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ('{"channel": "console:local/a", "rule": "#llm"}\nnot json', "Line 2 is not a JSON object"),
        ('{"channel": "console:local/a"}', "Line 1 is not a JSON object"),
        ('\n{"channel": "here", "rule": "#llm"}', "Line 2: “here” is not a channel."),
    ],
)
def test_an_import_with_a_wrong_line_changes_nothing(
    capsys: pytest.CaptureFixture[str], place: Path, lines: str, reason: str
) -> None:
    (place / "rules.jsonl").write_text(lines)
    assert main(["subscriptions", "import", "rules.jsonl", "--lang", "en"]) == 2
    assert reason in capsys.readouterr().err
    assert said(capsys, "subscriptions", "list", "--json", code=1) == json.dumps({"subscriptions": []}) + "\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_long_work_shows_a_bar_to_whoever_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Terminal()
    monkeypatch.setattr("sys.stderr", watched)
    with progress_bar("Reading the notes") as progress:
        assert progress is not None
        progress(1, 10)
        assert "Reading" not in watched.getvalue(), "ten files are read before a bar could be"
        progress(500, 1000)
    assert "Reading the notes" in watched.getvalue()
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress_bar("Reading the notes") as progress:
        assert progress is None
