"""The Korean catalogue has every sentence of the code, none is fuzzy, and the compiled file is the written one."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "bot" / "words" / "locale" / "ko" / "LC_MESSAGES" / "paperboy.po"
# As in `[tool.babel]` of pyproject.toml.
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_BRACES = re.compile(r"\{(\w+)")
_CURE = "see “Change a sentence” in CONTRIBUTING.md"


def sentences_in_code() -> set[str]:
    keywords = {**DEFAULT_KEYWORDS, "sentence": None}
    found: set[str] = set()
    for package in ("bot", "adapters"):
        for _, _, message, _, _ in extract_from_dir(ROOT / package, METHODS, keywords=keywords):
            found.add(message if isinstance(message, str) else message[0])
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ko")


def written(catalogue: Catalog) -> dict[str, Message]:
    return {_key(message): message for message in catalogue if message.id}


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def test_every_sentence_has_a_translation(catalogue: Catalog) -> None:
    translated = {key for key, message in written(catalogue).items() if all(_texts(message))}
    missing = sorted(sentences_in_code() - translated)
    assert not missing, f"without Korean ({_CURE}): {missing}"


def test_nothing_is_fuzzy_or_left_over(catalogue: Catalog) -> None:
    assert not [key for key, message in written(catalogue).items() if message.fuzzy], _CURE
    assert not sorted(set(written(catalogue)) - sentences_in_code()), f"no longer in the code; {_CURE}"
    assert not catalogue.obsolete, _CURE


def test_a_translation_fills_the_same_braces(catalogue: Catalog) -> None:
    for key, message in written(catalogue).items():
        original = message.id if isinstance(message.id, str) else message.id[-1]
        for text in _texts(message):
            assert set(_BRACES.findall(text)) <= set(_BRACES.findall(original)), key
            assert "{" not in text or text.count("{") == text.count("}"), key


def test_the_compiled_catalogue_is_up_to_date(catalogue: Catalog) -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)
    expected = {_key(message): _texts(message) for message in catalogue if message.id}
    actual = {_key(message): _texts(message) for message in compiled if message.id}
    assert actual == expected, _CURE
