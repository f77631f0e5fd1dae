"""What an entry is called, and the short way to an entry that is called as typed."""

from pathlib import Path

import pytest

from bot.search.found import Found
from bot.search.index import SearchIndex
from bot.titles import short_name
from tests.data.search.sample import TODAY, filed, seed_entries


def ids(found: Found) -> list[str]:
    return [match.entry.id for match in found.matches]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return SearchIndex.build(tmp_path_factory.mktemp("seeds"), seed_entries(), "s")


@pytest.mark.parametrize("limit", [1, 2, 6])
def test_few_answers_are_the_first_of_many(seeds: SearchIndex, limit: int) -> None:
    """Where few are asked for, the index takes a shorter way to what a name alone can mean."""
    for entry in seed_entries():
        for query in (entry.entry.title, short_name(entry.entry.title), *entry.entry.aliases):
            few, many = seeds.find(query, limit=limit, today=TODAY), seeds.find(query, limit=50, today=TODAY)
            assert (few.confident, few.certain, few.read_as) == (many.confident, many.certain, many.read_as), query
            assert ids(few)[:1] == ids(many)[:1], query


def test_what_alone_is_called_so_and_holds_the_word_is_the_only_answer(tmp_path: Path) -> None:
    entries = [filed(1, "Quokkaformer: a Beginning"), filed(2, "Wombat Networks", en=("It cites the Quokkaformer.",))]
    alone = SearchIndex.build(tmp_path / "alone", [entries[0], filed(2, "Wombat Networks")], "s")
    both = SearchIndex.build(tmp_path / "both", entries, "s")
    assert ids(alone.find("quokkaformer", limit=6, today=TODAY)) == ["e1"]
    assert ids(alone.find("quokkaformer tag:none", limit=6, today=TODAY)) == []
    # Another one holds the word too, so that there is more to show than what is called so.
    found = both.find("quokkaformer", limit=6, today=TODAY)
    assert found.certain
    assert ids(found) == ["e1", "e2"]


@pytest.mark.parametrize("title", ["Quokkaformer - a Beginning", "Quokkaformer – a Beginning", "Quokkaformer：시작"])
def test_the_head_of_a_title_is_its_name_whatever_ends_it(tmp_path: Path, title: str) -> None:
    entries = [filed(1, title), filed(2, "A Study of the Quokkaformer in the Beginning")]
    index = SearchIndex.build(tmp_path / "index", entries, "s")
    found = index.find("quokkaformer", today=TODAY)
    assert found.certain
    assert ids(found)[0] == "e1"
    assert index.find("쿼카포머", today=TODAY).matches[0].entry.id == "e1"


@pytest.mark.parametrize(
    ("title", "called"),
    [
        ("Megalodon: Efficient LLM Pretraining", "Megalodon"),
        ("Megalodon - Efficient LLM Pretraining", "Megalodon"),
        ("Pick-a-Pic", "Pick-a-Pic"),
        ("Accelerating 2:4 Sparsity", "Accelerating 2:4 Sparsity"),
        ("GPT-4:기술 보고서", "GPT-4"),
        (": no head", ": no head"),
        ("", ""),
    ],
)
def test_what_a_title_is_called_in_speech(title: str, called: str) -> None:
    assert short_name(title) == called
