"""Tell how well an entry explains the words of a query. Pure: words and a face in, shares from 0 to 1 out."""

import re
from collections.abc import Mapping, Sequence

from bot.search.face import Face
from bot.search.particles import bare
from bot.search.sought import Joined, Sought

# How much the place counts where a word is found.
TITLE, ALIAS, AUTHOR, TAG, BODY = 1.0, 1.0, 0.98, 0.96, 0.92
# How well a word is explained that is not there letter by letter.
_PARTICLE = 0.98  # another particle, or none
_SPACED = 0.97  # Hangul that is spaced otherwise
_JOINED = 0.94  # Latin that is spaced or hyphenated otherwise
_SOUND = 0.93  # the same name in the other script
_SOUND_AMONG_OTHERS = 0.8  # the same, where other words say more and some entries write it in Hangul
_STEM = 0.9  # another ending
_WITHIN = 0.9  # Hangul within a longer word
_SLIP = 0.88  # what a slip of the fingers may have meant
_ACRONYM = 0.85
_ACROSS = 0.55  # Hangul from within one word into the next
_PIECES = 0.9
_PIECE = 2  # syllables; a word of no more has no pieces
_STRADDLING = 0.7  # a pair of syllables where two pieces meet
_APART = 0.55  # parts of a compound that are no neighbours in the entry
_SHORT_STEMS: Mapping[int, float] = {4: 0.5, 5: 0.7}  # letters: how well, where nobody writes the word as typed
_LONG = 4  # letters above which a word may be written in two

Explained = tuple[float, float, str]  # how well a word is explained, how much its place counts, and by which word
NOTHING: Explained = (0.0, 0.0, "")


def explain(sought: Sequence[Sought], joined: Sequence[Joined], face: Face) -> list[Explained]:
    """Return how well a face explains each word of a query."""
    sound = _SOUND if len(sought) == 1 else _SOUND_AMONG_OTHERS
    explained = [_explain_hangul(word, face, sound) if word.hangul else _explain_latin(word, face) for word in sought]
    _explain_joined(joined, explained, face)
    _loosen(sought, explained, face)
    return explained


def _explain_latin(word: Sought, face: Face) -> Explained:
    if exact := _find(f" {word.word} ", face):
        return 1.0, exact, word.word
    best = NOTHING
    if word.stem and (where := _find(f" {word.stem}", face)):
        best = (_STEM if word.known else _SHORT_STEMS.get(len(word.stem), _STEM), where, word.stem)
    if len(word.word) > _LONG:
        best = max(best, _explain_spaced(word.word, face))
    if word.word in face.acronyms:
        best = max(best, (_ACRONYM, TITLE if word.word == face.acronyms[0] else BODY, word.word))
    for other, like in word.near:
        if like * _SLIP > best[0] and (where := _find(f" {other} ", face)):
            best = (like * _SLIP, where, other)
    return best


def _explain_spaced(word: str, face: Face) -> Explained:
    """Find a word that the entry writes in parts."""
    for text, close, where in ((face.title + face.aliases, face.close, TITLE), (face.body, face.close_body, BODY)):
        if word in close and re.search(f" {' ?'.join(word)} ", text):
            return _JOINED, where, word
    return NOTHING


def _find(needle: str, face: Face) -> float:
    """Return how much the best place counts that holds a needle, 0 for none."""
    if needle in face.title:
        return TITLE
    if needle in face.aliases:
        return ALIAS
    if needle in face.authors:
        return AUTHOR
    if needle in face.tags:
        return TAG
    return BODY if needle in face.body else 0.0


def _explain_hangul(word: Sought, face: Face, sound: float) -> Explained:
    best = max(
        (_hangul_in(word, face.title + face.aliases, face.close), TITLE),
        (_hangul_in(word, face.authors, face.authors), AUTHOR),
        (_hangul_in(word, face.tags, face.tags), TAG),
        (_hangul_in(word, face.body, face.close_body), BODY),
    )
    if best[0] < _SPACED:
        if word.spelled and (where := _find(f" {word.spelled} ", face)):
            best = max(best, (_JOINED, where))
        if word.heard:
            best = max(best, ((sound if word.known else _SOUND) * loudest(word.heard, face.sounds), TITLE))
        best = max(best, (_pieces(word, face.close_body), BODY))
    return *best, word.word


def _hangul_in(word: Sought, text: str, close: str) -> float:
    """Return how well a Hangul word is explained by a text, given with and without its blanks."""
    if word.stem not in close:
        return 0.0
    if len(word.stem) == 1:
        return 1.0 if f" {word.stem} " in text else _PARTICLE if f" {word.stem}" in text else 0.0
    if f" {word.word}" in text:
        return 1.0
    if f" {word.stem}" in text:
        return _PARTICLE
    if re.search(f" {' ?'.join(word.stem)}", text):
        return _SPACED
    return _WITHIN if _is_within_a_word(word.stem, text) else _ACROSS


def _is_within_a_word(stem: str, text: str) -> bool:
    """Tell whether a stem is a part of some word; 소라 is none of 최소라고, whose ending is 라고."""
    return stem in text and any(stem in bare(word) for word in re.findall(rf"\S*{stem}\S*", text))


def loudest(heard: Mapping[str, float], sounds: str) -> float:
    """Return the likeness of the sound that is most like what was heard."""
    return max((like for sound, like in heard.items() if f" {sound} " in sounds), default=0.0)


def _pieces(word: Sought, text: str) -> float:
    """Return the share of a Hangul word, by weight, that stands in a text in pieces of two syllables or more."""
    if len(word.stem) <= _PIECE:
        return 0.0
    covered = _covered(word.stem, text)
    total = sum(weight for _, weight in word.pairs)
    if not total or not any(covered):
        return 0.0
    told = sum(
        weight * (1.0 if pair in text else _STRADDLING)
        for place, (pair, weight) in enumerate(word.pairs)
        if covered[place] and covered[place + 1]
    )
    return _PIECES * told / total


def _covered(word: str, text: str) -> list[bool]:
    """Tell for each syllable whether it stands in the text together with a neighbour."""
    covered = [False] * len(word)
    place = 0
    while place < len(word) - 1:
        end = place + 2
        if word[place:end] not in text:
            place += 1
            continue
        while end < len(word) and word[place : end + 1] in text:
            end += 1
        covered[place:end] = [True] * (end - place)
        place = end
    return covered


def _explain_joined(joined: Sequence[Joined], explained: list[Explained], face: Face) -> None:
    """Let neighbouring words that are one word in the entry be explained by it together."""
    for each in joined:
        if each.heard:
            how, where = _SOUND * loudest(each.heard, face.sounds), TITLE
        else:
            where = _find(f" {each.word} ", face)
            how = _JOINED if where else 0.0
        for place in range(each.first, each.last + 1):
            explained[place] = max(explained[place], (how, where, each.word))


def _loosen(sought: Sequence[Sought], explained: list[Explained], face: Face) -> None:
    """Count a compound less (`top-training`) where its parts are no neighbours in the entry (`Top-k training`)."""
    tied = [place for place, word in enumerate(sought) if place and word.tied]
    if not tied:
        return
    met = {place for place in tied if _are_neighbours(explained[place - 1], explained[place], face)}
    for place in {each for later in tied for each in (later - 1, later)}:
        if place not in met and place + 1 not in met:
            how, where, shape = explained[place]
            explained[place] = (how * _APART, where, shape)


def _are_neighbours(one: Explained, other: Explained, face: Face) -> bool:
    if not (one[0] and other[0]):
        return False
    return one[2] == other[2] or bool(_find(f" {one[2]} {other[2]}", face) or _find(f" {one[2]}{other[2]}", face))
