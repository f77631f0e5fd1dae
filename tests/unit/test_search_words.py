"""How search folds and splits text, sheds particles, and hears names."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.search.analyse import compact, compounds, hangul_words, stem, syllable_pairs, tokens
from bot.search.courtesy import shed
from bot.search.hangul import as_typed_in_english, as_typed_in_korean, drop_loose_end, initials, letters
from bot.search.hearing import alike
from bot.search.initials import hangul_initials, latin_initials, name_initials, typed_initials, without_silent
from bot.search.normalise import fold
from bot.search.particles import bare
from bot.search.phonetic import hangul_sound, latin_sounds, sound_key, spelled_letters
from bot.search.spoken import speak
from tests.data.search.sample import filed

syllables = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Sabiá Łódź", "sabia lodz"),
        ("ＡＢＣ１２", "abc12"),
        (unicodedata.normalize("NFD", "상태를"), "상태를"),
        ("ㅐㅜㄷ래귿ㄱ", "ㅐㅜㄷ래귿ㄱ"),  # NFKC alone would hide that this is the wrong keyboard layout
        ("ab\u200bc\u00addef", "abcdef"),
        ("\u202ertl\u202c", "rtl"),
        ("a\ud800b", "a\ufffdb"),
        ("STRASSE Straße", "strasse strasse"),
        ("\x00nul", "nul"),
    ],
)
def test_folds(written: str, folded: str) -> None:
    assert fold(written) == folded


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_letters_digits_and_hangul_part() -> None:
    assert tokens("EMA를 쓴 wav2vec-2.0, GPT-4o!") == ["ema", "를", "쓴", "wav", "2", "vec", "2", "0", "gpt", "4", "o"]


def test_spacing_and_punctuation_do_not_count_in_a_compact_text() -> None:
    assert compact("Gemma 2: the “Open” Model") == compact("gemma2 - the open model!")


def test_hangul_pairs_do_not_know_blanks() -> None:
    assert (
        syllable_pairs(hangul_words("상태 추적"))
        == syllable_pairs(hangul_words("상태추적"))
        == ["상태", "태추", "추적"]
    )


def test_a_compound_is_what_only_a_hyphen_parts() -> None:
    assert compounds("image-text/caption,GPT-4") == [["image", "text"], ["caption"], ["gpt", "4"]]


@pytest.mark.parametrize("word", ["model", "models", "modeling", "modeled"])
def test_endings_do_not_count(word: str) -> None:
    assert stem(word) == "model"


@pytest.mark.parametrize("word", ["bus", "loss", "class", "news"])
def test_short_words_and_double_s_stay_whole(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("word", "root"),
    [("상태를", "상태"), ("추적하는", "추적"), ("모델에서는", "모델"), ("가이드", "가이드"), ("이를", "이를")],
)
def test_particles_are_shed_but_never_down_to_one_syllable(word: str, root: str) -> None:
    assert bare(word) == root


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("megalodon 찾아줘", "megalodon"),
        ("메가로돈 논문 알려줘", "메가로돈"),
        ("메가로돈에 대한 논문 찾아주세요", "메가로돈"),
        ("find me the papers about linear attention", "linear attention"),
        ("Show, Attend and Tell", "Show, Attend and Tell"),
        ("Finding Structure in Time", "Finding Structure in Time"),
        ("논문 찾아줘", ""),
        ("", ""),
    ],
)
def test_politeness_is_shed(asked: str, meant: str) -> None:
    assert shed(asked) == meant


@pytest.mark.parametrize(
    ("in_korean", "in_english"),
    [
        ("ㅐㅜㄷ래귿ㄱ", "oneformer"),
        ("ㅡㄷㅎ미ㅐㅇㅐㅜ", "megalodon"),
        ("히ㅑㅇㄷ", "glide"),
        ("상태 추적", "tkdxo cnwjr"),
    ],
)
def test_keys_of_the_english_layout(in_korean: str, in_english: str) -> None:
    assert as_typed_in_english(in_korean) == in_english


@pytest.mark.parametrize(
    ("in_english", "in_korean"),
    [
        ("tkdxo cnwjr", "상태 추적"),
        ("qmffna vlfxj", "블룸 필터"),
        ("Rhc", "꽃"),
        ("dlfrdj", "읽어"),
        ("rkqt", "값"),
        ("42", "42"),
    ],
)
def test_keys_of_the_korean_layout(in_english: str, in_korean: str) -> None:
    assert as_typed_in_korean(in_english) == in_korean


@settings(max_examples=60, deadline=None)
@given(syllables)
def test_the_keyboard_goes_both_ways_but_for_the_shift_key(text: str) -> None:
    plain = "".join(syllable for syllable in text if not set(letters(syllable)) & set("ㄲㄸㅃㅆㅉㅒㅖ"))
    assert as_typed_in_korean(as_typed_in_english(plain)) == plain


def test_a_half_typed_syllable_is_dropped_at_the_end_only() -> None:
    assert drop_loose_end("메갈ㄹ") == "메갈"
    assert drop_loose_end("ㅁㄱㄹㄷ") == "ㅁㄱㄹㄷ"


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("메갈로돈", "megalodon"),
        ("젬마", "gemma"),
        ("라마", "llama"),
        ("디퓨전", "diffusion"),
        ("트랜스포머", "transformer"),
        ("클립", "clip"),
        ("어텐션", "attention"),
        ("아키텍처", "architecture"),
        ("셰퍼드", "shepherd"),
        ("스윈", "swin"),
    ],
)
def test_hangul_and_latin_sound_alike(hangul: str, latin: str) -> None:
    sound = hangul_sound(hangul)
    sounds = [each for each in latin_sounds(latin) if sound_key(each) == sound_key(sound)]
    assert max(alike(sound, sounds).values()) > 0.8


def test_other_words_sound_otherwise() -> None:
    assert alike(hangul_sound("메갈로돈"), latin_sounds("brontosaurus")) == {}


def test_letters_by_their_names() -> None:
    assert spelled_letters("지피티") == "gpt"
    assert spelled_letters("메갈로돈") is None


def test_camel_case_is_said_in_parts() -> None:
    spoken = speak(filed(1, "StyleGAN-XL: Scaling DataComp-LM").entry)
    assert spoken.called == ("style+gan+xl",)
    assert {"stylegan", "style", "gan", "style+gan", "data+comp+lm"} <= set(spoken.said)
    assert "dclm" in spoken.acronyms


def test_initial_consonants() -> None:
    assert initials("상태 추적 model") == "ㅅㅌㅊㅈ"
    assert typed_initials("ㅅㅌ ㅊㅈ") == ("ㅅㅌ", "ㅊㅈ")
    assert typed_initials("ㅅㅌ abc") == ()
    assert {"ㅅㅌ", "ㅅㅌㅊㅈ"} <= hangul_initials(hangul_words("상태를 추적하는"))
    assert "ㅁㄱㄹㄷ" in latin_initials(["megalodon"])
    assert without_silent("ㅇㄷㅇㅌ") == "ㅇㄷㅌ"
    assert "ㅅㅌㅇㄱ" in name_initials("style+gan")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_analysed(text: str) -> None:
    for word in tokens(text):
        latin_sounds(word)
        bare(word)
        spelled_letters(word)
    hangul_initials(hangul_words(text))
    assert all(part for compound in compounds(text) for part in compound)
    shed(text)
    as_typed_in_korean(as_typed_in_english(text))
    speak(filed(1, text).entry)
