"""What somebody who is still typing is offered."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.model import Label
from bot.search.index import SearchIndex
from tests.data.search.sample import SHELF, TODAY, filed


def ids(labels: Iterable[Label]) -> list[str]:
    return [label.id for label in labels]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return SearchIndex.build(tmp_path_factory.mktemp("shelf"), SHELF, "s")


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("meg", "e2"),
        ("megal", "e7"),
        ("hyperbolic im", "e5"),
        ("nick", "e5"),
        ("메갈", "e7"),
        ("메갈ㄹ", "e7"),
        ("gan sca", "e3"),
    ],
)
def test_half_typed_words(index: SearchIndex, typed: str, first: str) -> None:
    assert ids(index.complete(typed, today=TODAY))[0] == first


def test_slips_are_looked_for_where_no_name_begins_as_typed(index: SearchIndex) -> None:
    assert "e7" in ids(index.complete("megalodn", today=TODAY))
    assert ids(index.complete("megalod", today=TODAY)) == ["e7", "e1"]


def test_a_name_of_one_consonant_is_offered_in_hangul(tmp_path: Path) -> None:
    shelf = [filed(number, title) for number, title in enumerate(("Layer", "LoRA", "Llama"), 1)]
    index = SearchIndex.build(tmp_path, shelf, "s")
    assert ids(index.complete("로라", today=TODAY)) == ["e2"]


@pytest.mark.parametrize("typed", ["#sta", "＃state_sp"])
def test_half_typed_tags(index: SearchIndex, typed: str) -> None:
    assert set(ids(index.complete(typed, today=TODAY))) == {"e1", "e2"}


@pytest.mark.parametrize("typed", ["2404.0", " 2404.", "arXiv:2404.08801", "arxiv: 2404.088"])
def test_half_an_arxiv_id_offers_its_papers(index: SearchIndex, typed: str) -> None:
    assert set(ids(index.complete(typed, today=TODAY))) == {"e1"}


def test_whoever_types_a_name_to_its_end_is_still_offered_what_mentions_it(tmp_path: Path) -> None:
    entries = [filed(1, "Quokkaformer: a Beginning"), filed(2, "Wombat Networks", en=("It cites the Quokkaformer.",))]
    index = SearchIndex.build(tmp_path / "index", [*entries, filed(3, "Quoll Nets")], "s")
    for typed in ("quokka", "quokkaformer", "Quokkaformer: a Beg"):
        assert ids(index.complete(typed, today=TODAY))[0] == "e1"
    assert ids(index.complete("quokka", today=TODAY)) == ["e1", "e2"]
    assert ids(index.complete("quol", today=TODAY)) == ["e3"]
    assert ids(index.complete("Quokkaformer: a Beg", today=TODAY)) == ["e1"]


def test_nothing_typed_shows_the_newest(index: SearchIndex) -> None:
    assert ids(index.complete("", limit=1, today=TODAY)) == ["e7"]


def test_as_many_are_offered_as_there_is_room_for(index: SearchIndex) -> None:
    assert ids(index.complete("mega", limit=1, today=TODAY))[0] in {"e1", "e2", "e7"}
    assert len(index.complete("mega", limit=1, today=TODAY)) == 1


@pytest.mark.parametrize("typed", ["author:", "from:20", "lang:", "-#", "#", '"', "2024-02-30", "ㅁ", "\x00", "\ud800"])
def test_nothing_half_typed_is_an_error(index: SearchIndex, typed: str) -> None:
    index.complete(typed, today=TODAY)
