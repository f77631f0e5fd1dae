"""How a query is read: filters, dates, and words that only look like them."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.search.found import Filters
from bot.search.query import LONGEST_QUERY, read_query
from bot.search.references import fold_link, read_reference
from tests.data.search.sample import TODAY


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("megalodon", "megalodon", Filters()),
        ("#LLM ＃state_space mega", "mega", Filters(tags=("llm", "state-space"))),
        ("-#survey #a+#b,#c", "", Filters(tags=("a", "b", "c"), excluded_tags=("survey",))),
        ("# mega", "mega", Filters()),
        ("C# code", "C# code", Filters()),
        ("author:Nickel images", "images", Filters(authors=("Nickel",))),
        ("author: Nickel images", "images", Filters(authors=("Nickel",))),
        ('author:"Luke Zettlemoyer" mega', "mega", Filters(authors=("Luke Zettlemoyer",))),
        ("저자:“Luke Zettlemoyer”", "", Filters(authors=("Luke Zettlemoyer",))),
        ("from:2024-01 to:2024-02 x", "x", Filters(since=date(2024, 1, 1), until=date(2024, 2, 29))),
        ("from:2023년 4월 4주차 x", "x", Filters(since=date(2023, 4, 16))),
        ("부터:어제 x", "x", Filters(since=date(2024, 6, 19))),
        ("lang:한국어 x", "x", Filters(languages=("ko",))),
        ("LANG:EN x", "x", Filters(languages=("en",))),
        ("tag:llm x", "x", Filters(tags=("llm",))),
        ("2024-06-19 quantization", "quantization", Filters(since=date(2024, 6, 19), until=date(2024, 6, 19))),
        ("quantization 240619", "quantization", Filters(since=date(2024, 6, 19), until=date(2024, 6, 19))),
        ("2023년 양자화", "양자화", Filters(since=date(2023, 1, 1), until=date(2023, 12, 31))),
        ("2024-01-01부터 양자화", "양자화", Filters(since=date(2024, 1, 1))),
        ("2024년 2월까지 양자화", "양자화", Filters(until=date(2024, 2, 29))),
        ("어제 올라온 노트", "올라온", Filters(since=date(2024, 6, 19), until=date(2024, 6, 19))),
        ("Learning to: a study", "Learning to: a study", Filters()),
        ("2024-13-45 things", "2024-13-45 things", Filters()),
        ("", "", Filters()),
    ],
)
def test_reads(text: str, words: str, filters: Filters) -> None:
    query = read_query(text, TODAY)
    assert (query.words, query.filters) == (words, filters)


def test_a_date_among_the_words_can_be_words_again() -> None:
    query = read_query("yesterday news #corpus", TODAY)
    assert query.dated
    assert query.undated().words == "yesterday news"
    assert query.undated().filters == Filters(tags=("corpus",))


def test_a_marked_bound_stays_when_the_date_is_words_again() -> None:
    query = read_query("from:2024-01-01 yesterday news to:2024-06", TODAY)
    assert query.filters == Filters(since=date(2024, 6, 19), until=date(2024, 6, 19))
    assert query.undated().filters == Filters(since=date(2024, 1, 1), until=date(2024, 6, 30))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("from:foo", "foo"),
        ("to:2024-02-30", "2024-02-30"),
        ("from:2024-13-40", "e.g. `from:"),
        ("lang:fr x", "fr"),
        ("author:", "author"),
        ("2024년 2월 30일", "2024년"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(text: str, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        read_query(text, TODAY)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    with suppress(UsageError):
        assert len(read_query(text, TODAY).said) <= 4 * len(text)  # NFC makes some characters longer


def test_a_very_long_query_is_read_up_to_a_bound() -> None:
    assert len(read_query("word " * 40_000, TODAY).said) <= LONGEST_QUERY


@pytest.mark.parametrize(
    "text",
    [
        *("2404.08801", "2404.08801v2", "arXiv:2404.08801", "arxiv 2404.08801", "arxiv.org/abs/2404.08801"),
        *("https://arxiv.org/pdf/2404.08801v1.pdf", "<https://huggingface.co/papers/2404.08801>"),
    ],
)
def test_every_spelling_of_an_arxiv_id(text: str) -> None:
    assert read_reference(text)[0] == "2404.08801"


@pytest.mark.parametrize("text", ["megalodon", "2404.08801 and more", "3.14", "a/b", "", "https://"])
def test_words_are_no_reference(text: str) -> None:
    assert read_reference(text)[0] is None


def test_two_spellings_of_an_address_are_one() -> None:
    assert fold_link("https://www.GitHub.com/Example/Repo/#readme") == fold_link("http://github.com/Example/Repo")
