"""The command line as scripts rely on it: JSON on standard output, sentences on standard error, exit codes."""

import json
import re
from pathlib import Path

import pytest

from bot.cli.commands import COMMANDS
from bot.cli.main import main

pytestmark = pytest.mark.usefixtures("place")


def test_search_prints_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "megalodn", "--json"]) == 0
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert set(document) >= {"query", "confident", "took_ms", "matches", "closest"}
    assert document["confident"] is True
    match = document["matches"][0]
    assert set(match) == {"id", "title", "date", "source", "tags", "arxiv_ids", "score", "confidence"}
    assert match["source"] == "000_59043c7d544fb5ec.txt"
    assert match["date"] == "2024-04-17"
    assert document["closest"] == []


def test_below_the_bar_there_are_no_matches(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "premier league standings", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["confident"] is False
    assert document["matches"] == []
    assert len(document["closest"]) <= 3


def test_a_query_in_the_wrong_keyboard_layout_says_how_it_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "tkdxo cnwjr", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["read_as"] == "상태 추적"


def test_limit(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "#llm", "--limit", "2", "--json"])
    assert len(json.loads(capsys.readouterr().out)["matches"]) == 2


def test_batch_answers_each_line_in_order(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    queries = ["megalodon", "asdkfjhqwe", "sabia"]
    (place / "queries.jsonl").write_text("\n\n".join(json.dumps({"q": query, "kind": "x"}) for query in queries))
    assert main(["search", "--batch", "queries.jsonl"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["query"] for line in lines] == queries
    assert [line["confident"] for line in lines] == [True, False, True]


def test_search_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "sabia"]) == 0
    assert "2023-04-16 – 2023-04-22  Sabiá: Portuguese Large Language Models  #llm #multilingual" in (
        capsys.readouterr().out
    )


def test_a_person_below_the_bar_reads_the_closest_titles(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "megalodon zebra quokka"]) == 1
    first, closest, *titles = capsys.readouterr().out.splitlines()
    assert (first, closest) == ("No note on “megalodon zebra quokka”.", "Closest titles:")
    assert "Megalodon" in titles[0]


def test_a_person_is_told_of_each_file_that_can_not_be_read(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "seeds" / "nul.txt").write_bytes(b"2024\n\0")
    (place / "seeds" / "link.md").symlink_to("nowhere.md")
    for arguments, code in ((["index"], 0), (["notes", "parse", "seeds"], 1)):
        assert main(arguments) == code
        said = capsys.readouterr()
        assert "nul.txt:2: problem: " in said.err
        assert "link.md: problem: The link leads nowhere." in said.err


def test_notes_parse_prints_what_was_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["notes", "parse", "seeds", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [len(note["entries"]) for note in document["notes"]] == [7, 6, 3, 8, 14]
    assert document["problems"] == []
    entry = document["notes"][0]["entries"][4]
    assert entry["lines"] == [29, 34]
    assert entry["mentioned_arxiv_ids"] == ["2209.10655"]
    assert main(["notes", "parse", "seeds/000_59043c7d544fb5ec.txt"]) == 0
    assert "Reka Core" in capsys.readouterr().out


def test_notes_check_names_path_line_and_reason(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert main(["notes", "check", "seeds"]) == 0
    assert "5 files, 38 entries, 0 problems, 0 notices." in capsys.readouterr().out
    (place / "seeds" / "bad.txt").write_bytes("2024년 2월 30일\nTitle\n#tag".encode())
    (place / "seeds" / "nul.txt").write_bytes(b"2024\n\0")
    assert main(["notes", "check", "seeds"]) == 1
    said = capsys.readouterr().out
    assert "bad.txt:1: problem: " in said
    assert "nul.txt:2: problem: " in said
    assert main(["notes", "check", "seeds", "--json"]) == 1
    assert {problem["path"] for problem in json.loads(capsys.readouterr().out)["problems"]} == {"bad.txt", "nul.txt"}


@pytest.mark.parametrize("command", ["parse", "check"])
def test_a_path_that_is_not_there_is_a_problem(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main(["notes", command, "nowhere.txt", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["problems"][0]["path"] == "nowhere.txt"


def test_index_reports_what_changed(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    assert main(["index"]) == 0
    assert "38 entries. Notes: 5 added, 0 changed, 0 gone, 0 unreadable." in capsys.readouterr().out
    (place / "seeds" / "240501 Test.md").write_text("https://arxiv.org/abs/2405.00001\n\nTest (A B)\n\n시험.\n\n#llm\n")
    (place / "seeds" / "004_1ed0093177529fc2.txt").unlink()
    assert main(["index", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["gone"], report["entries"]) == (1, 1, 25)
    assert main(["index", "--rebuild"]) == 0
    assert "25 entries. Notes: 0 added, 0 changed, 0 gone, 0 unreadable." in capsys.readouterr().out


def test_an_edit_is_found_by_the_next_command(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    main(["search", "zebrafish"])
    note = place / "seeds" / "000_59043c7d544fb5ec.txt"
    note.write_text(note.read_text().replace("Reka Core\n", "Zebrafish Core\n", 1))
    assert main(["search", "zebrafish", "--json"]) == 0
    capsys.readouterr()


def test_tags(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tags"]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.split() == ["12", "#llm"]
    assert main(["tags", "vision", "--json"]) == 0
    assert {tag["tag"] for tag in json.loads(capsys.readouterr().out)["tags"]} == {"vision", "vision-language"}
    assert main(["tags", "nothing-like-it"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["serach", "x"], "There is no “serach”. Did you mean search? `paperboy --help` shows an example."),
        (["deliveries", "--state", "bad"], "There is no “bad”; it is one of pending, sending, posted, "),
        (["search", "--limit"], "--limit needs a value. `paperboy search --help` shows an example."),
        (["search", "x", "--json=3"], "--json takes no value."),
        (["digest"], "COMMAND is required."),
        (["search"], "Give a query"),
        (["search", "x", "--limit", "0"], "--limit is a number from 1 to 1000."),
        (["search", "x", "--limit", "many"], "--limit is a whole number, not “many”."),
        (["search", "--batch", "nowhere.jsonl"], "nowhere.jsonl can't be read"),
        (["show", "e000"], "No note has the id e000."),
        (["ask", "/paper x", "--channel", "here"], "“here” is not a channel"),
        (["index", "--notes", "nowhere"], "nowhere"),
        (["ask"], "TEXT is required."),
        (["--unknown"], "Nothing here takes --unknown."),
    ],
)
def test_a_misuse_is_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert said in output.err
    assert "Traceback" not in output.err


def test_a_fault_of_ours_is_admitted_with_a_reference_and_shown_whole_to_whoever_asks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> int:
        raise ZeroDivisionError("a fault of our own")

    monkeypatch.setattr("bot.cli.tags.run", fail)
    assert main(["tags"]) == 2
    assert re.fullmatch(
        r"Something went wrong on my side \(ref [0-9A-F]{4}\)\. Nothing was changed\.\n", capsys.readouterr().err
    )
    monkeypatch.setenv("PAPERBOY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["tags"])


def test_a_wrong_line_of_a_batch_is_named(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "queries.jsonl").write_text('{"q": "megalodon"}\nnot json\n')
    assert main(["search", "--batch", "queries.jsonl"]) == 2
    assert "queries.jsonl:2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("DIGEST_CATCH_UP_DAYS", "99", "it is 31 at most"),
        ("DIGEST_CATCH_UP_DAYS", "0", "it is 1 at least"),
        ("DIGEST_CATCH_UP_DAYS", "many", "it is a whole number"),
        ("DELIVERY_LEASE", "0", "it is more than 0.0"),
        ("DELIVERY_LEASE", "long", "it is a number"),
        ("LOG_LEVEL", "loud", "it is one of 'debug', 'info', 'warning', 'error'"),
        ("POLLING", "maybe", "it is true or false"),
        ("TAG_ALIASES", "lm = llm", "it is to be written as JSON"),
    ],
)
def test_a_value_that_can_not_be_used_is_told_what_it_has_to_be(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, setting: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"PAPERBOY_{setting}", value)
    assert main(["tags"]) == 2
    assert capsys.readouterr().err == f"PAPERBOY_{setting} is not usable: {reason}.\n"


def test_a_wrong_setting_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_TIMEZONE", "KST+9")
    assert main(["search", "x"]) == 2
    assert "PAPERBOY_TIMEZONE is not usable: “KST+9” is not a time zone" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.words))
def test_every_command_explains_itself_with_an_example(capsys: pytest.CaptureFixture[str], command: object) -> None:
    words = command.words  # type: ignore[attr-defined]
    with pytest.raises(SystemExit) as caught:
        main([*words, "--help"])
    assert caught.value.code == 0
    assert f"Example: paperboy {' '.join(words)}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == "paperboy 0.1.0\n"


@pytest.mark.parametrize("arguments", [["--lang", "ko", "search", "--help"], ["search", "--help", "--lang=ko"]])
def test_help_is_in_the_language_asked_for(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(arguments)
    said = capsys.readouterr().out
    assert "예: paperboy search" in said
    assert "Search the notes" not in said


def test_a_misuse_is_explained_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "e000", "--lang", "ko"]) == 2
    assert "No note has the id" not in capsys.readouterr().err
