"""Make queries as Koreans type them: particles, spacing, keyboard slips, initials, two scripts at once."""

import random
import re
import unicodedata
from collections.abc import Iterator

from benchmarks.search_collection import Asked, Collection, body_of, plain
from bot.model import FiledEntry

_GRAMMAR = frozenset(
    re.findall(
        "[가-힣]+",
        "대한 대해 대해서 통해 통해서 위해 위한 따라 따른 관한 같은 같이 이런 그런 저런 다른 모든 어떤 여러 많은 좋은 "
        "하지 하는 하고 하게 되는 되지 있는 있지 있고 있다 없는 없이 아닌 것이 것을 것은 것도 수가 수는 보면 보다 "
        "그냥 다만 물론 일단 사실 아마 정말 매우 거의 특히 또한 역시 먼저 다시 이미 아직 계속 바로 조금 "
        "우리 이게 이걸 그게 그걸 저자 경우 때문 정도 부분 가능 필요 사용",
    )
)
_VERBAL = re.compile("(?:다|네요|군요|는데|지만|거나|려고|도록|면서|니까|어서|아서|았던|었던|는지|인지|을지)$")
_PARTICLES = ("을", "를", "은", "는", "이", "가", "의", "에", "로", "과", "와", "도")


_SHED = re.compile(
    "(?:에서는|으로는|이라는|에서|에게|으로|이나|라는|까지|부터|보다|처럼|하는|하기|하고|하여|하면|한다|했다|해서|합니다|됩니다"
    "|입니다|되는|된다|은|는|이|가|을|를|의|에|로|와|과|도|만|한|할|된|인)$"
)


# The two-set Korean keyboard, key by key: written down here once more, apart from the code under test.
_KEYS = dict(zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm", strict=True))


_KEYS |= dict(zip("ㄲㄸㅃㅆㅉㅒㅖ", "REQTWOP", strict=True))


_SPLIT = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}


_SPLIT |= {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ"}


_SPLIT |= {"ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}


_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"


_CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")


LETTER_OF_KEY = {key: letter for letter, key in _KEYS.items()}


def _korean_words(chance: random.Random, filed: FiledEntry, size: int) -> list[str] | None:
    """Pick neighbouring Hangul words of a sentence, none of them cut."""
    runs = re.findall(f"(?<![^ \n])[가-힣]{{2,}}(?: [가-힣]{{2,}}){{{size - 1}}}(?![^ .,\n])", plain(body_of(filed)))
    telling = [run for run in runs if all(_tells(word) for word in run.split())]
    return str(chance.choice(telling)).split() if telling else None


def _tells(word: str) -> bool:
    """Tell whether somebody would look for a word: it is more than grammar."""
    return _bare(word) not in _GRAMMAR and not _VERBAL.search(word)


def _bare(word: str) -> str:
    shed = _SHED.sub("", word)
    return shed if len(shed) > 1 else word


def korean_phrase(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, chance.randint(3, 4))
    if not words:
        return None
    bare = [_bare(word) for word in words]
    asked = [word + chance.choice(_PARTICLES) if chance.random() < 0.4 else word for word in bare]
    right = collection.holding_korean(bare)
    return Asked(" ".join(asked), "kr_josa", right) if len(right) < 8 else None


def korean_unspaced(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, 2)
    if not words or words[0] != _bare(words[0]):
        return None
    joined = words[0] + _bare(words[1])
    right = collection.holding_korean([joined])
    return Asked(joined, "kr_space", right) if len(joined) > 4 and len(right) < 8 else None


def nfd(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    asked = korean_phrase(chance, filed, collection)
    return asked and Asked(unicodedata.normalize("NFD", asked.text), "nfd", asked.right)


def initials_of(text: str) -> str:
    """Return the initial consonants of a text's Hangul."""
    return "".join(_ONSETS[(ord(each) - ord("가")) // 588] for each in text if "가" <= each <= "힣")


def _letters(text: str) -> Iterator[str]:
    for character in text:
        if "가" <= character <= "힣":
            place = ord(character) - ord("가")
            for letter in (_ONSETS[place // 588], _VOWELS[place % 588 // 28], _CODAS[place % 28]):
                yield from _SPLIT.get(letter, letter)
        else:
            yield character


def korean_in_english(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, 2)
    if not words:
        return None
    bare = [_bare(word) for word in words]
    right = collection.holding_korean(bare)
    text = "".join(_KEYS.get(letter, letter) for letter in _letters(" ".join(bare)))
    return Asked(text, "kbd_ko", right) if len("".join(bare)) > 4 and len(right) < 6 else None


def compose(letters: str) -> str:
    """Compose keyboard letters into syllables where an onset, a vowel and perhaps a coda follow each other."""

    def syllable(found: re.Match[str]) -> str:
        onset, vowel, coda = found[1], found[2], found[3] or ""
        joined = next((whole for whole, pair in _SPLIT.items() if pair == vowel), vowel)
        return chr(ord("가") + _ONSETS.index(onset) * 588 + _VOWELS.index(joined) * 28 + _CODAS.index(coda))

    pairs = "|".join(pair for whole, pair in _SPLIT.items() if whole in _VOWELS)
    codas = "".join(sorted({coda for coda in _CODAS if coda}))
    return re.sub(f"([{_ONSETS}])({pairs}|[{_VOWELS}])(?:([{codas}])(?![{_VOWELS}]))?", syllable, letters)


def mixed(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    runs = re.findall(
        "(?:[A-Za-z]{4,} )+[가-힣]{2,}|[가-힣]{2,}(?: [A-Za-z]{4,})+", "\n".join(filed.entry.commentary.ko)
    )
    runs = [run for run in runs if all(word.isascii() or _tells(word) for word in run.split())]
    if not runs:
        return None
    words = [_bare(word) if "가" <= word[0] <= "힣" else word for word in chance.choice(runs).split()][:4]
    pieces = [plain(word) for word in words]
    right = collection.holding_korean([piece for piece in pieces if not piece.isascii()])
    right &= collection.holding([piece for piece in pieces if piece.isascii()])
    chance.shuffle(words)
    return Asked(" ".join(words), "mixed", right) if len(right) < 6 and not all(map(str.isascii, words)) else None


def initials(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, 2)
    if not words:
        return None
    bare = [_bare(word) for word in words]
    typed = (" " if chance.random() < 0.5 else "").join(initials_of(word) for word in bare)
    right = collection.holding_korean(bare)
    return Asked(typed, "initials", right) if len("".join(bare)) > 4 and len(right) < 5 else None
