"""How well an entry explains a query, and what comes first: pure, with a vocabulary made by hand."""

import pytest

from bot.search.analyse import tokens
from bot.search.answer import confidence_bar
from bot.search.explain import explain
from bot.search.face import Face, read_face, texts, write_face
from bot.search.rank import Candidate, Ranked, Wording, is_certain, rank
from bot.search.sought import Sought, Vocabulary, joins, plausibility, seek
from bot.search.spoken import speak
from tests.data.search.sample import filed

HELD = {
    "attention": 40,
    "sparse": 10,
    "kernels": 3,
    "the": 95,
    "top": 9,
    "training": 50,
    "2": 30,
    "gemma": 1,
    "상태": 4,
}
VOCABULARY = Vocabulary(100, lambda word: HELD.get(word, 0), lambda word: int(word == "imagetext"), lambda key: [])


def face(title: str, body: str = "", **fields: object) -> Face:
    entry = filed(1, title, en=(body,), **fields)  # type: ignore[arg-type]  # fields are those of an entry
    return read_face(write_face(entry, speak(entry.entry), tokens(texts(entry.entry))))


def how_well(query: str, one: Face) -> list[float]:
    sought = seek(query, VOCABULARY)
    return [round(how, 2) for how, _, _ in explain(sought, list(joins(sought, VOCABULARY)), one)]


def ranked(query: str, *faces: Face) -> list[Ranked]:
    wording = Wording(seek(query, VOCABULARY), (), frozenset({query.replace(" ", "")}))
    return rank(wording, [Candidate(None, one, 1.0) for one in faces])  # type: ignore[arg-type]  # no index, no address


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    rare, common, stop = seek("kernels attention the", VOCABULARY)
    assert rare.weight > common.weight > 3 * stop.weight


def test_an_unknown_word_tells_most() -> None:
    unknown, known = seek("megalodon kernels", VOCABULARY)
    assert unknown.weight > known.weight
    assert (unknown.known, known.known) == (False, True)


def test_words_of_a_compound_are_tied() -> None:
    assert [word.tied for word in seek("top-training attention", VOCABULARY)] == [False, True, False]


def test_how_much_of_a_query_is_held_as_typed() -> None:
    assert plausibility(seek("sparse qqqqqq", VOCABULARY)) == 0.5
    assert plausibility(seek("", VOCABULARY)) == 0.0


@pytest.mark.parametrize(
    ("query", "title", "body", "expected"),
    [
        ("sparse", "Sparse Attention", "", [1.0]),
        ("sparse", "Another", "something sparse", [1.0]),
        ("kernel", "Kernels", "", [0.9]),
        ("unit", "Units of Meaning", "", [0.5]),  # a short stem that nobody writes proves little
        ("imagetext", "Image-Text Pairs", "", [0.94]),
        ("image text", "The ImageText Set", "", [0.94, 0.94]),
        ("top-training", "Top-Training at Scale", "", [1.0, 1.0]),
        ("top-training", "Top-k Training", "", [0.55, 0.55]),
        ("roach", "An Approach", "", [0.0]),
        ("dclm", "DataComp-LM", "", [0.85]),
        ("상태추적", "상태 추적 모델", "", [0.97]),
        ("상태를", "상태 추적", "", [0.98]),
        ("태추", "상태 추적", "", [0.55]),
        ("모델", "또 하나", "언어모델의 성능", [0.9]),
        ("소라", "또 하나", "필요한 최소라고 합니다", [0.55]),  # its ending is 라고
        ("소라", "또 하나", "최소 라인", [0.55]),
    ],
)
def test_explains(query: str, title: str, body: str, expected: list[float]) -> None:
    assert how_well(query, face(title, body)) == expected


def test_confidence_is_the_share_by_weight() -> None:
    (one,) = ranked("attention megalodon", face("Attention"))
    assert one.confidence < 0.3
    (one,) = ranked("kernels the", face("Kernels"))
    assert one.confidence > 0.9


def test_the_name_comes_before_a_title_with_the_name_in_it() -> None:
    first, second = ranked("kernels", face("Sparse Kernels and Attention"), face("Kernels: Training"))
    assert first.face.title.startswith(" kernels")
    assert (first.named, second.named) == (1.0, 0.0)


def test_neighbours_come_before_words_apart() -> None:
    first, _ = ranked("sparse attention", face("Sparse Kernels, Full Attention"), face("On Sparse Attention Today"))
    assert first.face.title.startswith(" on")


def test_a_newer_entry_breaks_the_tie() -> None:
    old, new = face("Kernels One"), face("Kernels Two")
    new.day = old.day + 1
    assert ranked("kernels", old, new)[0].face is new


def test_certain_only_without_a_rival() -> None:
    name, other = face("Kernels: Training"), face("Sparse Attention")
    assert is_certain(ranked("kernels", name, other))
    rival = face("Kernels: Something Else")
    rival.paper = "another"
    assert not is_certain(ranked("kernels", name, rival))
    assert not is_certain(ranked("attention", name, other))


def test_a_pasted_reference_holds_the_whole_title() -> None:
    (one,) = ranked(
        "somebody 2019 sparse attention kernels training proceedings", face("Sparse Attention Kernels Training")
    )
    assert one.confidence >= 0.9


def test_the_bar_rises_with_the_number_of_entries() -> None:
    bars = [confidence_bar(entries) for entries in (0, 38, 5_000, 20_000, 100_000, 1_000_000)]
    assert bars == sorted(bars)
    assert (bars[0], bars[-1]) == (0.6, 0.7)


def test_a_face_is_read_as_it_was_written() -> None:
    one = face("Title\nwith a break", "body", authors=("A B",), tags=("t_1",), arxiv_ids=("1.1",))
    assert (one.title, one.authors, one.tags, one.body) == (" title with a break ", " a b ", " t 1 ", " body ")
    assert one.paper == "1.1"
    with pytest.raises(ValueError, match="face"):
        read_face(b"one\ntwo")


def test_a_sought_word_without_pairs_is_heard_no_further() -> None:
    assert isinstance(seek("책", VOCABULARY)[0], Sought)
