"""The reader's language: odd headers never fail, and say as much as can be read in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.archive.languages import named_language
from bot.words.browsers import preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "fallback"),
        ("", "fallback"),
        ("ko", "ko"),
        ("ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"),
        ("en-GB,ko;q=0.9", "en"),
        ("de, ja;q=0.9, ko;q=0.1", "ko"),
        ("en;q=0.3, ko;q=0.7", "ko"),
        ("KO_kr", "ko"),
        ("ko;q=0", "fallback"),
        ("*", "fallback"),
        ("ko;q=nan, en;q=0.2", "en"),
        ("ko;q=1e9, en;q=0.2", "en"),
        ("ko;q=, en;q=0.2", "en"),
        ("ko;level=1, en;q=0.2", "en"),
        ("de," * 10_000 + "ko", "fallback"),
        (";;;,,,=;q", "fallback"),
        ("\x00ko", "fallback"),
    ],
)
def test_the_best_weighted_language_of_ours_is_chosen(header: str | None, language: str) -> None:
    assert preferred_language(header, "fallback") == language


@given(st.text(alphabet="koen-_;q=01.,* \t٣é", max_size=60))
def test_any_header_ends_in_a_language(header: str) -> None:
    assert preferred_language(header, "ko") in ("ko", "en")


@pytest.mark.parametrize("text", [None, "", "KO", "korean", "ko-KR", "de", "../ko"])
def test_an_address_names_a_language_exactly_or_not_at_all(text: str | None) -> None:
    assert named_language(text) is None
    assert named_language("ko") == "ko"
