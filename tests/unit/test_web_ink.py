"""Whatever a writer wrote becomes ink: every visible character is kept, nothing steers."""

import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.richtext import Link, Text
from bot.web.archive.ink import ink, language_of, linked, linked_paragraphs, web_address


@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_text_fits_into_xml_and_steers_nothing(text: str) -> None:
    inked = ink(text)
    root = ElementTree.Element("a")
    root.text = inked
    assert ElementTree.fromstring(ElementTree.tostring(root, "utf-8")) is not None
    assert not [letter for letter in inked if unicodedata.bidirectional(letter) in ("LRE", "RLE", "LRO", "RLO", "RLI")]


@given(st.text(max_size=80))
def test_visible_characters_stay_as_they_are(text: str) -> None:
    def visible(of: str) -> list[str]:
        return [letter for letter in of if unicodedata.category(letter) not in ("Cc", "Cf", "Cn", "So", "Co")]

    assert visible(ink(text)) == visible(text)


def test_odd_bytes_are_shown() -> None:
    assert ink("a\x00b\x1b[31mc\ufffed\u202ee") == "a␀b␛[31mc\ufffdde"
    assert ink("$x_1 < 2$\ttab\nline") == "$x_1 < 2$\ttab\nline"


@given(st.text(max_size=120) | st.from_regex(r"[\w ]{0,9}(https?://[a-z.()?=&#]{0,30}[ ,)]{0,3}){0,3}", fullmatch=True))
def test_linking_loses_no_character(text: str) -> None:
    assert "".join(span.text for span in linked(text) if isinstance(span, Text | Link)) == text


def test_addresses_become_links_with_what_follows_them_left_out() -> None:
    text = "글 (https://arxiv.org/abs/2402.03300) 와 https://x.com/a?b=1&c, https://x.com/a. arxiv.org/abs/2304.07880도"
    assert [(span.text, span.url) for span in linked(text) if isinstance(span, Link)] == [
        ("https://arxiv.org/abs/2402.03300", "https://arxiv.org/abs/2402.03300"),
        ("https://x.com/a?b=1&c", "https://x.com/a?b=1&c"),
        ("https://x.com/a", "https://x.com/a"),
        ("arxiv.org/abs/2304.07880", "https://arxiv.org/abs/2304.07880"),
    ]


def test_blank_paragraphs_are_left_out() -> None:
    assert len(linked_paragraphs(("a", " \n", "b"))) == 2


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "JavaScript://%0aalert(1)", "data:text/html,x", "//a", "a.org/b"]
)
def test_no_other_scheme_is_followed(link: str) -> None:
    assert web_address(link) == f"https://{link}"
    assert web_address("HTTP://a.org") == "HTTP://a.org"


def test_a_text_is_spoken_in_its_own_language() -> None:
    assert [language_of(text) for text in ("Mamba 모델", "Mamba", "2024-04-17", "ㅋㅋ")] == ["ko", "en", None, "ko"]
