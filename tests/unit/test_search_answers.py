"""What a query finds: on a small shelf of made-up entries, and on the seed notes."""

import time
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.search.found import Found
from bot.search.index import SearchIndex
from tests.data.search.sample import SHELF, TODAY, filed, seed_entries


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return SearchIndex.build(tmp_path_factory.mktemp("shelf"), SHELF, "s")


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return SearchIndex.build(tmp_path_factory.mktemp("seeds"), seed_entries(), "s")


def ids(found: Found) -> list[str]:
    return [match.entry.id for match in found.matches]


def first_title(found: Found) -> str:
    return found.matches[0].entry.entry.title if found.matches else ""


@pytest.mark.parametrize(
    "query",
    [
        *("megalodon", "Megalodon", "MEGALODON", "mega lodon", "megalodon!", "“Megalodon”"),
        "Megalodon: Efficient LLM Pretraining and Inference with Unlimited Context Length",
        "Megalodon: Efficient LLM Pretraining\n  and Inference with Unlimited Context Length",
        *("megalodn", "meglaodon", "megallodon"),
        *("메갈로돈", "메가로돈 찾아줘", "ㅡㄷㅎ미ㅐㅇㅐㅜ", "megalodon 논문 알려줘", "find the paper on megalodon"),
        *("2404.08801", "https://arxiv.org/pdf/2404.08801v2.pdf", "https://github.com/example/megalodon/"),
    ],
)
def test_its_name_opens_it_at_once(shelf: SearchIndex, query: str) -> None:
    found = shelf.find(query, today=TODAY)
    assert found.confident
    assert found.certain
    assert ids(found)[0] in {"e1", "e7"}


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("efficient pretraining unlimited", {"e1", "e7"}),
        ("상태를 추적하는 과제", {"e1"}),
        ("상태추적", {"e1"}),
        (unicodedata.normalize("NFD", "체스판의 최종 상태"), {"e1"}),
        ("tkdxo cnwjr", {"e1"}),
        ("ㅅㅌㅊㅈ", {"e1"}),
        ("ㅁㄱㄹㄷ", {"e1", "e7"}),
        ("복소수를 쓴 EMA", {"e1"}),
        ("말뭉치", {"e6"}),
        ("image text representations", {"e5"}),
        ("imagetext", {"e5"}),
        ("gemma2", {"e4"}),
        ("젬마 2", {"e4"}),
        ("스타일갠", {"e3"}),
        ("nickel", {"e5"}),
        ("zettlemoyer pretraining", {"e1"}),
        ("captions in hyperbolic space", {"e5"}),
        ("quixotemark", {"e8"}),
        ("distilation for small models", {"e4"}),
        ("#gan", {"e3"}),
        ("＃State_Space_Model equipped", {"e2"}),
        ("author:ma moving average equipped", {"e2"}),
        ("이미지 해상도 #gan", {"e3"}),
    ],
)
def test_finds(shelf: SearchIndex, query: str, right: set[str]) -> None:
    found = shelf.find(query, today=TODAY)
    assert found.confident
    assert ids(found)[0] in right


def test_initials_of_words_that_stand_apart_lead_to_the_closest(shelf: SearchIndex) -> None:
    found = shelf.find("ㅅㅌ ㅊㅅㅍ", today=TODAY)
    assert [match.entry.id for match in found.closest][:1] == ["e1"]
    assert not found.confident


def test_letters_spelled_out_in_hangul_are_the_letters(seeds: SearchIndex) -> None:
    assert "GPT-4" in first_title(seeds.find("지피티", today=TODAY))


def test_a_pasted_page_of_other_words_opens_nothing(shelf: SearchIndex) -> None:
    page = "megalodon " + " ".join(f"word{number}" for number in range(1000))
    assert not shelf.find(page, today=TODAY).confident


@pytest.mark.parametrize(
    "query",
    [
        *("brontosaurus", "asdkfjhqwe", "김치찌개 레시피", "내일 서울 날씨 알려줘", "how to cook carbonara"),
        *(
            "ㅋㅋㅋㅋ",
            "ㅇㅇ",
            "!!!???",
            "9999.99999",
            "https://arxiv.org/abs/0000.00000",
            "#nosuchtag",
            "author:nobody",
        ),
        *("Quokka Networks for Underwater Basket Weaving", "뷁뷁뷁", "zzzz", "🙂", "", "   ", "#", '"'),
    ],
)
def test_refuses(shelf: SearchIndex, query: str) -> None:
    found = shelf.find(query, today=TODAY)
    assert not found.confident
    assert not found.certain
    assert (found.matches, found.total) == ((), 0)
    assert len(found.closest) <= 3


def test_the_closest_titles_are_shown_but_no_answer(shelf: SearchIndex) -> None:
    found = shelf.find("megatherium", today=TODAY)
    assert not found.confident


def test_a_second_reading_says_how_it_read(shelf: SearchIndex) -> None:
    assert shelf.find("ㅡㄷㅎ미ㅐㅇㅐㅜ", today=TODAY).read_as == "megalodon"
    assert shelf.find("tkdxo cnwjr", today=TODAY).read_as == "상태 추적"
    assert shelf.find("megalodon", today=TODAY).read_as is None


def test_one_word_in_the_wrong_layout_among_right_ones(shelf: SearchIndex) -> None:
    assert ids(shelf.find("ema tkdxo", today=TODAY))[0] == "e1"


def test_a_word_of_one_syllable(tmp_path: Path) -> None:
    entries = [filed(1, "Reading", ko=("두꺼운 책을 읽었다.",)), filed(2, "Planning", ko=("대책을 세웠다.",))]
    index = SearchIndex.build(tmp_path, entries, "s")
    assert ids(index.find("책", today=TODAY)) == ["e1"]


def test_two_papers_of_one_name_are_not_certain(tmp_path: Path) -> None:
    twins = [filed(1, "Conformer: Convolution for Speech"), filed(2, "Conformer: Local Features")]
    index = SearchIndex.build(tmp_path, twins, "s")
    found = index.find("conformer", today=TODAY)
    assert (found.confident, found.certain, found.total) == (True, False, 2)
    assert not index.find("conofrmer", today=TODAY).certain


def test_a_body_that_says_it_all_beats_a_near_title(tmp_path: Path) -> None:
    entries = [
        filed(1, "Sparse Attention Kernels"),
        filed(2, "Notes from a Workshop", en=("We discussed sparse attention, kernels and the riverbank dataset.",)),
        *(filed(number, f"Filler {number}", en=("attention kernels dataset",)) for number in range(10, 30)),
    ]
    index = SearchIndex.build(tmp_path, entries, "s")
    assert ids(index.find("sparse attention riverbank", today=TODAY))[0] == "e2"
    assert ids(index.find("sparse attention", today=TODAY))[0] == "e1"


def test_the_own_note_comes_before_a_mention_in_passing(tmp_path: Path) -> None:
    entries = [
        filed(1, "Nimble: Light Scheduling", arxiv_ids=("2012.02732",), source="2020/201204 Nimble.md"),
        filed(2, "Nimble: Light Scheduling", arxiv_ids=("2012.02732",), source="2021/210101 Roundup.md"),
    ]
    index = SearchIndex.build(tmp_path, entries, "s")
    assert ids(index.find("nimble", today=TODAY))[0] == "e1"


def test_filters_alone_list_the_newest_first(shelf: SearchIndex) -> None:
    found = shelf.find("#llm", today=TODAY)
    assert ids(found) == ["e7", "e8", "e4", "e1"]
    assert (found.total, found.certain) == (4, False)
    assert shelf.find("#llm", limit=2, today=TODAY).total == 4


def test_filters_hold_together(shelf: SearchIndex) -> None:
    assert ids(shelf.find("#llm #state-space-model", today=TODAY)) == ["e1"]
    assert ids(shelf.find("#llm -#state_space_model from:2023-02-01", today=TODAY)) == ["e7"]
    assert ids(shelf.find("megalodon to:2023-12-31", today=TODAY)) == ["e1"]
    assert ids(shelf.find("lang:en", today=TODAY)) == ["e8", "e4"]
    assert ids(shelf.find('author:"Luke Zettlemoyer"', today=TODAY)) == ["e1"]
    assert ids(shelf.find("2024-05-01", today=TODAY)) == ["e7"]
    assert ids(shelf.find("2024년 5월 megalodon", today=TODAY)) == ["e7"]


def test_a_date_word_of_a_title_does_not_kill_the_query(shelf: SearchIndex) -> None:
    assert ids(shelf.find("yesterday's news", today=TODAY))[0] == "e6"
    assert ids(shelf.find("yesterday news corpus", today=TODAY))[0] == "e6"


def test_a_day_without_notes_finds_none(shelf: SearchIndex) -> None:
    found = shelf.find("2022-02-02", today=TODAY)
    assert (found.confident, found.matches) == (False, ())
    assert found.filters.since == date(2022, 2, 2)


def test_an_unknown_id_shows_who_mentions_it(tmp_path: Path) -> None:
    index = SearchIndex.build(tmp_path, [filed(1, "One", mentioned_arxiv_ids=("2001.00001",))], "s")
    found = index.find("https://arxiv.org/abs/2001.00001", today=TODAY)
    assert not found.confident
    assert [match.entry.id for match in found.closest] == ["e1"]


def test_a_bad_filter_is_said(shelf: SearchIndex) -> None:
    with pytest.raises(UsageError, match="2024-13-01"):
        shelf.find("megalodon from:2024-13-01", today=TODAY)


def test_more_matches_than_shown(shelf: SearchIndex) -> None:
    few, all_of_them = shelf.find("mega", limit=1, today=TODAY), shelf.find("mega", limit=9, today=TODAY)
    assert len(few.matches) == 1
    assert few.total == all_of_them.total == len(all_of_them.matches)


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("megalodon", "Megalodon"),
        ("메갈로돈", "Megalodon"),
        ("reka core", "Reka Core"),
        ("레카 코어", "Reka Core"),
        ("레카Core", "Reka Core"),
        ("스테이블LM", "StableLM"),
        ("스테이블 LM", "StableLM"),
        ("로라", "A Comparative Study between Full-Parameter and LoRA"),
        ("체스 기보", "The Illusion of State"),
        ("블룸 필터", "DataComp-LM"),
        ("dclm", "DataComp-LM"),
        ("sabia portuguese", "Sabiá"),
        ("merrill sabharwal", "The Illusion of State"),
        ("unimlx fairer", "UniMax"),
        ("Round and Round We Go! What makes Rotary Positional Encodings useful?", "Round and Round We Go!"),
        ("attention sinks 이상치 #quantization", "Prefixing Attention Sinks"),
        ("2304.09151", "UniMax"),
        ("2023년 4월 4주차 adam", "A Theory on Adam Instability"),
    ],
)
def test_the_seed_notes(seeds: SearchIndex, query: str, title: str) -> None:
    assert first_title(seeds.find(query, today=TODAY)).startswith(title)


@pytest.mark.parametrize(("query", "title"), [("라마", "Llama 2"), ("라마2", "Llama 2"), ("로라", "LoRA")])
def test_the_same_sound_goes_before_a_shorter_name_that_is_near_it(tmp_path: Path, query: str, title: str) -> None:
    titles = ("LAMB", "LIMA", "LAMM", "Llama 2", "LoRA", "Lara", "Layer")
    index = SearchIndex.build(tmp_path, [filed(number, title) for number, title in enumerate(titles, 1)], "s")
    assert first_title(index.find(query, today=TODAY)) == title


@pytest.mark.parametrize("query", ["소라", "라마", "로로"])
def test_a_short_name_of_no_seed_note_finds_none(seeds: SearchIndex, query: str) -> None:
    assert not seeds.find(query, today=TODAY).confident


def test_every_seed_title_is_found_first(seeds: SearchIndex) -> None:
    wrong = [
        filed_entry.entry.title
        for filed_entry in seed_entries()
        if first_title(seeds.find(filed_entry.entry.title.replace("@", ""), today=TODAY)) != filed_entry.entry.title
    ]
    assert wrong == []


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(), max_size=80) | st.text("ㄱㅏㄴ가 #:-*\"'\\()[]{}~^?!&|+/\x00\u202e\ud800🙂é", max_size=40)
)
def test_any_text_gets_an_answer_or_a_sentence(shelf_of_two: SearchIndex, text: str) -> None:
    try:
        found = shelf_of_two.find(text, today=TODAY)
    except UsageError:
        return
    assert found.confident == bool(found.matches)
    assert len(found.closest) <= 3
    shelf_of_two.complete(text, today=TODAY)


@pytest.fixture(scope="module")
def shelf_of_two(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    return SearchIndex.build(tmp_path_factory.mktemp("two"), SHELF[:2], "s")


@pytest.mark.parametrize(
    "text",
    ["megalodon " * 4_000, "가나다라 " * 8_000, "x" * 40_000, "ㅁ" * 40_000, "#" * 40_000, "(" * 40_000, "a-" * 20_000],
)
def test_a_pasted_book_is_answered_in_no_time(shelf: SearchIndex, text: str) -> None:
    began = time.process_time()
    shelf.find(text, today=TODAY)
    shelf.complete(text, today=TODAY)
    assert time.process_time() - began < 1.0  # a bound far above what it takes, and far below what it would unbounded
