"""`paperboy ask` and `paperboy show`: what a person types, and what comes back, over the real seeds."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.main import main

pytestmark = pytest.mark.usefixtures("place")


def ask(capsys: pytest.CaptureFixture[str], text: str, *more: str) -> tuple[int, dict[str, object]]:
    code = main(["ask", text, "--json", *more])
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    document = json.loads(said)
    assert isinstance(document, dict)
    return code, document


def titles(document: dict[str, object]) -> list[str]:
    cards = document["cards"]
    assert isinstance(cards, list)
    return [card["title"] for card in cards]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("/paper megalodon", "Megalodon: Efficient LLM Pretraining"),
        ("/paper megalodn", "Megalodon: Efficient LLM Pretraining"),
        ("@paperboy megalodon", "Megalodon: Efficient LLM Pretraining"),
        ("메갈로돈", "Megalodon: Efficient LLM Pretraining"),
        ("/paper megalodon 찾아줘", "Megalodon: Efficient LLM Pretraining"),
        ("/paper 2304.07880", "Sabiá: Portuguese Large Language Models"),
        ("/paper https://arxiv.org/pdf/2304.07880v1.pdf", "Sabiá: Portuguese Large Language Models"),
        ("/paper reka core", "Reka Core"),
        ("/paper 체스 기보 상태 추적", "The Illusion of State in State-Space Models"),
    ],
)
def test_the_note_itself_is_shown(capsys: pytest.CaptureFixture[str], typed: str, title: str) -> None:
    code, document = ask(capsys, typed)
    assert code == 0
    assert titles(document)[0].startswith(title)
    assert len(titles(document)) == 1
    assert str(document["text"]).strip()


def test_the_writers_words_lead_and_the_abstract_is_behind_a_button(capsys: pytest.CaptureFixture[str]) -> None:
    _, document = ask(capsys, "/paper megalodon")
    card = document["cards"][0]  # type: ignore[index]
    assert card["blocks"][0]["role"] == "quote"
    assert card["blocks"][0]["text"].startswith("이전에 나왔던 Mega")
    assert "quadratic complexity" not in json.dumps(document)
    abstract = next(action for action in document["actions"] if action["label"] == "Abstract")  # type: ignore[attr-defined]
    assert abstract["code"].startswith("abstract e")


def test_a_slash_command_is_private_and_a_mention_public(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "/paper megalodon")[1]["visibility"] == "private"
    assert ask(capsys, "@paperboy megalodon")[1]["visibility"] == "public"
    assert ask(capsys, "/paper ! megalodon")[1]["visibility"] == "public"


def test_what_is_not_there_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = ask(capsys, "/paper 김치찌개 레시피")
    assert code == 1
    assert "No note on “김치찌개 레시피”" in str(document["text"])


@pytest.mark.parametrize(
    ("typed", "count", "heading"),
    [
        ("/digest 2024-04-17", 7, "📰 2024-04-17 (Wed) · 7 notes"),
        ("/digest 240417 #llm #rl", 3, "📰 2024-04-17 (Wed) · 3 of 7 notes match #llm or #rl"),
        ("/digest 2024년 4월 17일 -#llm", 4, "📰 2024-04-17 (Wed) · 4 of 7 notes match everything, without #llm"),
        ("@paperboy digest 2023년 4월 4주차", 14, "📰 2023-04-16 – 2023-04-22 · 14 notes"),
    ],
)
def test_a_digest(capsys: pytest.CaptureFixture[str], typed: str, count: int, heading: str) -> None:
    code, document = ask(capsys, typed)
    assert code == 0
    assert len(titles(document)) == count
    assert str(document["text"]).startswith(heading)


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("/digest 2024-04-18", 1, "No notes for 2024-04-18. Latest: 2024-04-17."),
        ("/digest 2020-01-01", 1, "No notes for 2020-01-01, and none before it."),
        ("/digest 2024-04-17 #quantization", 1, "7 notes on 2024-04-17; none matches #quantization."),
        ("/digest 2026-13-01", 2, "“2026-13-01” is not a date. Use YYYY-MM-DD, e.g. `/digest 2026-08-07`."),
        ("/digest hlep", 2, "Did you mean `help`?"),
        ("/paper from:2024-02-30", 2, "2024-02-30"),
    ],
)
def test_other_answers(capsys: pytest.CaptureFixture[str], typed: str, code: int, said: str) -> None:
    answered, document = ask(capsys, typed)
    assert answered == code
    assert said in str(document["text"])


def test_help_explains_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = ask(capsys, "/digest help")
    assert code == 0
    assert "/paper megalodon" in str(document["text"])


def test_the_same_in_korean(capsys: pytest.CaptureFixture[str]) -> None:
    _, document = ask(capsys, "/digest 2024-04-18", "--lang", "ko")
    assert "2024-04-18" in str(document["text"])
    assert "No notes" not in str(document["text"])


def test_a_person_sees_cards_and_numbered_buttons(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "/paper megalodon"]) == 0
    drawn = capsys.readouterr().out
    assert "│ 이전에 나왔던 Mega" in drawn
    assert "[1] Abstract" in drawn


def test_show_prints_an_entry_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    main(["search", "megalodon", "--json"])
    entry_id = json.loads(capsys.readouterr().out)["matches"][0]["id"]
    assert main(["show", entry_id, "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["source"] == "000_59043c7d544fb5ec.txt"
    assert shown["lines"] == [29, 34]
    assert main(["show", entry_id]) == 0
    assert "Megalodon" in capsys.readouterr().out


def test_a_second_question_answers_the_same_without_the_database(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    first = ask(capsys, "/paper megalodon")
    # A warm lookup must not even open the database: with the file unreadable in its place it still answers.
    (place / "paperboy.db").write_bytes(b"not a database")
    for suffix in ("-wal", "-shm"):
        (place / f"paperboy.db{suffix}").unlink(missing_ok=True)
    again = ask(capsys, "/paper megalodon")
    assert again == first


def test_a_channel_sees_a_date_as_it_subscribed_and_can_have_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert ask(capsys, "/digest subscribe #llm #rl")[0] == 0
    _, document = ask(capsys, "/digest 2024-04-17")
    assert str(document["text"]).startswith("📰 2024-04-17 (Wed) · 3 of 7 notes match #llm or #rl")
    actions = document["actions"]
    assert isinstance(actions, list)
    assert actions == [{"label": "All 7 notes", "code": "digest 2024-04-17 all"}]
    assert len(titles(ask(capsys, "/digest 2024-04-17 all")[1])) == 7
    assert len(titles(ask(capsys, "/digest 2024-04-17 #vision")[1])) == 1
    assert len(titles(ask(capsys, "/digest 2024-04-17", "--channel", "console:local/other")[1])) == 7


def test_a_date_without_a_match_says_when_the_last_one_was(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = ask(capsys, "/digest 2024-10-10 #quantization")
    assert code == 1
    assert document["text"] == "8 notes on 2024-10-10; none matches #quantization. Last match: 2024-06-19."


@pytest.mark.parametrize(("zone", "today"), [("Pacific/Kiritimati", "2024-10-11"), ("Pacific/Pago_Pago", "2024-10-09")])
def test_today_is_the_channels_own_today(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, zone: str, today: str
) -> None:
    # 10:30 UTC: already the next day where it is 14 hours later, still the day before where it is 11 hours earlier.
    monkeypatch.setattr("bot.core.SystemClock.now", lambda _: datetime(2024, 10, 10, 10, 30, tzinfo=UTC))
    assert ask(capsys, f"/digest subscribe all tz {zone}")[0] == 0
    assert f"for {today}" in str(ask(capsys, "/digest")[1]["text"])
