"""Sentences in the database: they come back as they were, whatever their values hold, and in any language."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sentences import Sentence, sentence
from bot.storage.tables.base import as_said, written
from bot.words import Words

_PLAIN = st.one_of(st.text(), st.integers(), st.booleans(), st.none())
_SENTENCES = st.builds(
    Sentence,
    st.text(),
    st.dictionaries(st.text(), st.one_of(_PLAIN, st.builds(Sentence, st.text(), st.just({"a": 1})))),
)


@settings(deadline=None, max_examples=100)
@given(_SENTENCES)
def test_a_sentence_comes_back_as_it_was(said: Sentence) -> None:
    kept = as_said(written(said))
    if said.values or not said.template.startswith("{"):
        assert kept == said


def test_a_kept_sentence_is_said_in_the_reader_s_language() -> None:
    said = sentence("Slack refused the message: {code}.", code="invalid_blocks")
    assert Words("ko").say(as_said(written(said))) == Words("ko").say(said)
    assert "invalid_blocks" in Words("ko").say(said)
    assert Words("ko").say(said) != str(said)


@pytest.mark.parametrize(
    "text", ["The channel is archived.", "{odd", '{"template": 1}', '{"template": "x", "values": []}']
)
def test_what_older_versions_wrote_is_a_sentence_without_values(text: str) -> None:
    assert as_said(text) == Sentence(text)


def test_a_value_that_json_does_not_know_is_kept_as_its_words() -> None:
    kept = as_said(written(sentence("due on {date}", date=date(2024, 4, 17))))
    assert str(kept) == "due on 2024-04-17"
