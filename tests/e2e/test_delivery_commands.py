"""The daily job from the command line, over the real seeds: subscribe, look, post, post nothing twice."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.core import Core
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.settings import load_settings
from bot.storage.engine import transaction
from bot.storage.settling import put_off

pytestmark = pytest.mark.usefixtures("place")
HOME = "console:local/main"


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code = main([*arguments, "--json"])
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    document = json.loads(said)
    assert isinstance(document, dict)
    return code, document


def posted(place: Path) -> list[dict[str, str]]:
    file = place / "paperboy.console.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def tick(capsys: pytest.CaptureFixture[str], now: str) -> list[dict[str, object]]:
    _, document = call(capsys, "digest", "tick", "--now", now)
    found = document["deliveries"]
    assert isinstance(found, list)
    return found


def test_a_day_is_posted_once_and_sent_again_only_when_asked(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["subscriptions", "add", HOME, "#llm -#survey at 09:00 tz Asia/Seoul"]) == 0
    capsys.readouterr()
    code, shown = call(capsys, "digest", "show", "2024-04-17", "--channel", HOME)
    assert code == 0
    assert (shown["date"], shown["channel"], shown["due_at"]) == ("2024-04-17", HOME, "2024-04-17T00:00:00Z")
    assert set(shown) == {"date", "channel", "due_at", "entries", "left_out"}
    assert tick(capsys, "2024-04-16T23:59:00Z") == [] or posted(place) == []
    first = tick(capsys, "2024-04-17T00:00:30Z")
    assert [one["state"] for one in first] == ["posted"]
    assert [entry["id"] for entry in first[0]["entries"]] == [one["id"] for one in shown["entries"]]  # type: ignore[attr-defined]
    assert tick(capsys, "2024-04-17T00:00:30Z") == []
    assert len(posted(place)) == 2
    assert main(["digest", "send", "2024-04-17", "--channel", HOME]) == 1
    assert main(["digest", "send", "2024-04-17", "--channel", HOME, "--again"]) == 0
    assert len(posted(place)) == 4


def test_a_script_reads_what_became_of_a_digest_it_sent(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "#llm"])
    capsys.readouterr()
    code, sent = call(capsys, "digest", "send", "2024-04-17", "--channel", HOME)
    assert (code, [one["state"] for one in sent["deliveries"]]) == (0, ["posted"])  # type: ignore[attr-defined]
    assert call(capsys, "digest", "send", "2024-04-17", "--channel", HOME) == (1, {"deliveries": []})
    assert len(posted(place)) == 2


def test_rules_are_listed_exported_imported_and_removed(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "#llm at 10:30 tz Europe/Berlin on mon-fri"])
    capsys.readouterr()
    main(["subscriptions", "export"])
    file = place / "rules.jsonl"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["subscriptions", "remove", HOME]) == 0
    assert main(["subscriptions", "import", str(file)]) == 0
    capsys.readouterr()
    _, listed = call(capsys, "subscriptions", "list")
    row = listed["subscriptions"][0]  # type: ignore[index]
    assert row["rule"] == "#llm at 10:30 tz Europe/Berlin on mon,tue,wed,thu,fri lang ko style compact"


@pytest.mark.parametrize("excluded", ["-#survey", "-＃survey", "-#survey -#mt"])
def test_an_excluded_tag_is_taken_out_as_it_is_typed(excluded: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "-#survey -#mt all"])
    capsys.readouterr()
    assert main(["subscriptions", "remove", HOME, excluded]) == 0
    assert "-#survey" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["subscriptions", "add", HOME, "#llm at 25:00"], "“25:00” is not a time of day. Use HH:MM, e.g. 09:00."),
        (["subscriptions", "add", HOME, "#llm tz KST+9"], "Did you mean Asia/Seoul?"),
        (["subscriptions", "add", HOME, "#llm -#llm"], "excludes all it includes"),
        (["subscriptions", "add", HOME], "RULE is missing"),
        (["subscriptions", "remove", HOME, "-x"], "Nothing here takes -x"),
        (["subscriptions", "add", "nowhere", "#llm"], "is not a channel"),
        (["subscriptions", "import", "missing.jsonl"], "can't be read"),
        (["digest", "show", "2024-02-30"], "is not a date"),
        (["digest", "show", "2024-04"], "is not a date"),
        (["digest", "send", "2024-04-17", "--channel", HOME], "has no subscriptions"),
        (["digest", "tick", "--now", "soon"], "is not an instant"),
        (["deliveries", "resend", "dnothing"], "No delivery has the id dnothing"),
        (["worker"], "Workers share a PostgreSQL"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    main(["subscriptions", "list", "--json"])
    assert json.loads(capsys.readouterr().out) == {"subscriptions": []}


def test_channels_of_the_settings_are_subscribed_on_start_and_marked(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "paperboy.toml").write_text(
        '[[digest.channels]]\nchannel = "console:local/team"\nrule = "#rl"\nat = "10:30"\ndays = "mon-fri"\n',
        encoding="utf-8",
    )
    tick(capsys, "2024-04-17T00:00:30Z")
    _, listed = call(capsys, "subscriptions", "list")
    row = listed["subscriptions"][0]  # type: ignore[index]
    assert (row["channel"], row["from_settings"], row["at"]) == ("console:local/team", ["#rl"], "10:30")
    tick(capsys, "2024-04-17T01:30:30Z")
    assert len(posted(place)) == 2


def test_a_setting_that_a_person_removed_stays_removed_until_its_words_change(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def start(rule: str) -> list[str]:
        text = f'[[digest.channels]]\nchannel = "{HOME}"\nrule = "{rule}"\n'
        (place / "paperboy.toml").write_text(text, encoding="utf-8")
        capsys.readouterr()
        tick(capsys, "2024-04-17T00:00:30Z")
        _, listed = call(capsys, "subscriptions", "list")
        terms = listed["subscriptions"][0]["terms"]  # type: ignore[index]
        assert isinstance(terms, list)
        return terms

    assert start("#rl -#survey") == ["#rl", "-#survey"]
    main(["subscriptions", "remove", HOME, "-#survey"])
    assert start("#rl  -#survey") == ["#rl"]
    main(["subscriptions", "remove", HOME])
    assert start("#rl -#survey") == []
    assert start("#rl") == ["#rl"]
    main(["ask", "/digest log"])
    assert "settings: subscribe #rl -#survey" in capsys.readouterr().out


def test_a_delivery_can_be_cancelled_and_resent(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", "slack:T1/C1", "all"])
    capsys.readouterr()
    (waiting,) = tick(capsys, "2024-04-17T00:00:30Z")
    assert waiting["state"] == "pending"
    assert main(["deliveries", "cancel", str(waiting["id"])]) == 0
    assert main(["deliveries", "cancel", str(waiting["id"])]) == 2
    capsys.readouterr()
    _, listed = call(capsys, "deliveries", "--state", "cancelled")
    assert listed["deliveries"][0]["id"] == waiting["id"]  # type: ignore[index]
    assert main(["deliveries", "resend", str(waiting["id"])]) == 0


def test_sending_a_date_first_sends_what_is_due_before_it(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "all"])
    owe(HOME, "2024-04-17")
    capsys.readouterr()
    assert main(["digest", "send", "2024-06-19", "--channel", HOME]) == 0
    heads = [json.loads(one["payload"])["text"].split()[1] for one in posted(place) if not one["thread"]]
    assert heads == ["2024-04-17", "2024-06-19"]


def test_sending_a_date_says_what_comes_first_and_what_to_do(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["subscriptions", "add", HOME, "all"])
    waiting = owe(HOME, "2024-04-16", wait=timedelta(hours=1))
    capsys.readouterr()
    assert main(["digest", "send", "2024-04-17", "--channel", HOME]) == 2
    said = capsys.readouterr().err
    assert "The digest of 2024-04-16 comes first in this channel and waits until" in said
    assert f"`paperboy deliveries cancel {waiting}`" in said
    assert posted(place) == []
    assert main(["deliveries", "cancel", waiting]) == 0
    assert main(["digest", "send", "2024-04-17", "--channel", HOME]) == 0


def owe(channel: str, day: str, wait: timedelta = timedelta(0)) -> str:
    """Owe a channel a date's digest, put off for a while by a platform that asks to wait; return its id."""
    core = Core(load_settings())
    core.refresh()
    found = core.digest_store.channel(ChannelAddress.read(channel))
    assert found is not None
    wanted = core.digest_store.ask_for(found, date.fromisoformat(day), again=False)
    assert wanted is not None
    if wait:
        with transaction(core.engine) as connection:
            put_off(connection, wanted, core.clock.now() + wait, "RateLimited", sentence("Too many requests."))
    core.engine.dispose()
    return wanted
