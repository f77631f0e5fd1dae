"""Secrets are taken out of text in every form they are written in; ordinary text stays as it is."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.redaction import MASK, SHORTEST_SECRET, Redactor, password_of

SECRET = 'can"ary\\ë-/4711'


@pytest.mark.parametrize(
    "written",
    [SECRET, json.dumps(SECRET), json.dumps(SECRET, ensure_ascii=False), quote(SECRET, ""), repr(SECRET)],
)
def test_a_known_secret_is_masked_however_it_is_written(written: str) -> None:
    masked = Redactor([SECRET])(f"before {written} after")
    assert "4711" not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


@pytest.mark.parametrize(
    "token",
    [
        "xoxb-1234567890-abcdefghij",
        "xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4OTA",
        "xapp-1-A123-456-abcdef0123",
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.GabcDE.abcdefghijklmnopqrstuvwxyz0123",
    ],
)
def test_a_token_nobody_told_of_is_masked(token: str) -> None:
    assert Redactor()(f"refused: {token}.") in (f"refused: {MASK}.", f"refused: {MASK}")


def test_the_password_of_an_address_is_masked_and_the_rest_shown() -> None:
    masked = Redactor()("connecting to postgresql://paperboy:hunter2@db.example:5432/paperboy")
    assert masked == f"connecting to postgresql://paperboy:{MASK}@db.example:5432/paperboy"
    assert password_of("postgresql://paperboy:hunter2@db.example/paperboy") == "hunter2"
    assert password_of("sqlite:///paperboy.db") is None


def test_ordinary_text_is_left_alone() -> None:
    text = "2024-04-17 Megalodon: https://arxiv.org/abs/2404.08801 상태 공간 모델, mail someone@example.org"
    assert Redactor(["a", "the", ""])(text) == text


@settings(deadline=None, max_examples=100)
@given(st.text(min_size=SHORTEST_SECRET), st.text(), st.text())
def test_no_secret_survives(secret: str, before: str, after: str) -> None:
    mask_free = Redactor([secret])(before + secret + after).replace(MASK, "\0")
    assert secret not in mask_free or "\0" in secret or MASK in secret
