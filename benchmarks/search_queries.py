"""Make queries whose right answers are known from the entries themselves: seeded, kind by kind."""

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from bot.model import FiledEntry

_STOP = frozenset(
    [
        "about",
        "above",
        "after",
        "again",
        "against",
        "also",
        "although",
        "among",
        "another",
        "because",
        "been",
        "before",
        "being",
        "below",
        "between",
        "both",
        "could",
        "different",
        "does",
        "doing",
        "down",
        "during",
        "each",
        "either",
        "even",
        "every",
        "from",
        "further",
        "have",
        "having",
        "here",
        "however",
        "into",
        "itself",
        "just",
        "many",
        "more",
        "most",
        "much",
        "must",
        "only",
        "other",
        "over",
        "same",
        "should",
        "since",
        "some",
        "such",
        "than",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "thus",
        "under",
        "until",
        "upon",
        "using",
        "very",
        "were",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "will",
        "with",
        "within",
        "without",
        "would",
        "your",
        "show",
        "shows",
        "shown",
        "paper",
        "method",
        "methods",
        "based",
        "approach",
        "results",
        "propose",
        "proposed",
        "present",
    ]
)
_PARTICLES = ("을", "를", "은", "는", "이", "가", "의", "에", "로", "과", "와", "도")
_SHED = re.compile(
    "(?:에서는|으로는|이라는|에서|에게|으로|이나|라는|까지|부터|보다|처럼|하는|하기|하고|하여|하면|한다|했다|해서|합니다|됩니다"
    "|입니다|되는|된다|은|는|이|가|을|를|의|에|로|와|과|도|만|한|할|된|인)$"
)
_AROUND = (
    "{} 찾아줘",
    "{} 논문 알려줘",
    "{} 관련 논문",
    "{}에 대한 논문 찾아줘",
    "find {}",
    "papers about {}",
    "{} 노트 보여줘",
    "{} paper",
)
_VENUES = ("", " (NeurIPS 2023)", " - arXiv", " | OpenReview")
# The two-set Korean keyboard, key by key: written down here once more, apart from the code under test.
_KEYS = dict(zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm", strict=True))
_KEYS |= dict(zip("ㄲㄸㅃㅆㅉㅒㅖ", "REQTWOP", strict=True))
_SPLIT = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}
_SPLIT |= {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ"}
_SPLIT |= {"ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}
_ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_LETTER_OF = {key: letter for letter, key in _KEYS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, its kind, and the ids of the entries that are right answers; none where it has to be refused."""

    text: str
    kind: str
    right: frozenset[str]


def plain(text: str) -> str:
    """Return text in lower case without accents, the benchmark's own plain folding."""
    marks = unicodedata.normalize("NFD", text.lower())
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if not "\u0300" <= mark <= "\u036f"))


def words_of(text: str) -> list[str]:
    """Return the Latin words, numbers and Hangul words of a text."""
    return re.findall("[a-z]+|[0-9]+|[가-힣]+", plain(text))


def squeezed(text: str) -> str:
    """Return the letters and digits of a text alone."""
    return "".join(words_of(text))


def body_of(filed: FiledEntry) -> str:
    """Return abstract and commentary."""
    entry = filed.entry
    return "\n".join((entry.abstract or "", *entry.commentary.ko, *entry.commentary.en))


class Collection:
    """The entries with what is needed to tell which of them are right answers."""

    def __init__(self, entries: Sequence[FiledEntry]) -> None:
        self.entries = entries

    @cached_property
    def holders(self) -> dict[str, set[str]]:
        """Ids of the entries that hold a word anywhere."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            entry = filed.entry
            text = "\n".join((entry.title, *entry.aliases, *entry.authors, *entry.tags, body_of(filed)))
            for word in set(words_of(text)):
                found[word].add(filed.id)
        return found

    @cached_property
    def surnames(self) -> dict[str, set[str]]:
        """Ids of the entries with an author of this surname."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            for author in filed.entry.authors:
                for word in words_of(author):
                    found[word].add(filed.id)
        return found

    @cached_property
    def papers(self) -> dict[str, set[str]]:
        """Ids of the entries on the same paper, by arXiv id and by title."""
        found: dict[str, set[str]] = defaultdict(set)
        for filed in self.entries:
            for key in (*filed.entry.arxiv_ids, squeezed(filed.entry.title)):
                found[key].add(filed.id)
        return found

    @cached_property
    def korean(self) -> list[tuple[str, str]]:
        """Each entry's id and its text without blanks, for those that hold Hangul."""
        texts = ((filed.id, squeezed(f"{filed.entry.title}\n{body_of(filed)}")) for filed in self.entries)
        return [(identity, text) for identity, text in texts if re.search("[가-힣]", text)]

    def same(self, filed: FiledEntry) -> frozenset[str]:
        keys = (*filed.entry.arxiv_ids, squeezed(filed.entry.title))
        return frozenset({filed.id}.union(*(self.papers[key] for key in keys if key)))

    def holding(self, words: Iterable[str]) -> frozenset[str]:
        sets = [self.holders.get(word, set()) for word in words]
        return frozenset(set.intersection(*sets)) if sets else frozenset()

    def holding_korean(self, pieces: Sequence[str]) -> frozenset[str]:
        return frozenset(identity for identity, text in self.korean if all(piece in text for piece in pieces))


Maker = Callable[[random.Random, FiledEntry, Collection], Asked | None]


def make_queries(collection: Collection, each: int, seed: int, *, held_out: bool = False) -> list[Asked]:
    """Return up to `each` queries of every kind; the held-out ones come from other entries than the rest."""
    mine = [filed for filed in collection.entries if (_half(filed.id) == 1) == held_out]
    queries: list[Asked] = []
    for kind, maker in MAKERS.items():
        chance = random.Random(f"{seed} {kind} {held_out}")
        queries.extend(_some(chance, mine, maker, collection, each))
    return queries


def _half(identity: str) -> int:
    return sum(identity.encode()) % 2


def _some(
    chance: random.Random, entries: Sequence[FiledEntry], maker: Maker, collection: Collection, each: int
) -> Iterator[Asked]:
    order = list(entries)
    chance.shuffle(order)
    made: set[str] = set()
    for filed in order:
        asked = maker(chance, filed, collection)
        if asked and asked.right and asked.text not in made:
            made.add(asked.text)
            yield asked
            if len(made) == each:
                return


def _exact(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    title = filed.entry.title
    return Asked(chance.choice((title, title.lower())), "exact", collection.same(filed)) if title else None


def _partial(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = re.findall(r"[\w-]+", filed.entry.title)
    if len(words) < 4:
        return None
    size = chance.randint(3, min(5, len(words)))
    at = chance.randint(0, len(words) - size)
    picked = (
        words[at : at + size]
        if chance.random() < 0.5
        else [words[i] for i in sorted(chance.sample(range(len(words)), size))]
    )
    text = " ".join(picked)
    right = _title_holders(words_of(text), collection)
    return Asked(text, "partial", right | collection.same(filed)) if len(right) < 6 else None


def _title_holders(words: Sequence[str], collection: Collection) -> frozenset[str]:
    near = collection.holding(words)
    by_id = {filed.id: filed for filed in collection.entries} if near else {}
    return frozenset(each for each in near if set(words) <= set(words_of(by_id[each].entry.title)))


def _head(filed: FiledEntry) -> str | None:
    head, colon, _ = filed.entry.title.partition(":")
    return head if colon and len(head.split()) == 1 and len(squeezed(head)) > 2 else None


def _acronym(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    head = _head(filed)
    if not head:
        return None
    named = {
        other.id for other in collection.entries if squeezed(other.entry.title.partition(":")[0]) == squeezed(head)
    }
    return Asked(chance.choice((head, head.lower())), "acronym", frozenset(named) | collection.same(filed))


def _lead(chance: random.Random, filed: FiledEntry) -> list[str]:
    words = filed.entry.title.lower().split()
    return words[: chance.randint(2, 4)] if _head(filed) is None else words[: chance.randint(1, 3)]


def _slipped(slips: int) -> Maker:
    def make(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
        words = _lead(chance, filed)
        long = [at for at, word in enumerate(words) if len(word) > 4 and word.isascii()]
        if not long:
            return None
        right = collection.same(filed) | _titled(" ".join(words), collection)
        for _ in range(slips):
            at = chance.choice(long)
            words[at] = _slip(chance, words[at])
        return Asked(" ".join(words), f"typo{slips}", right) if len(right) < 12 else None

    return make


def _slip(chance: random.Random, word: str) -> str:
    at = chance.randrange(1, len(word))
    letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return chance.choice(
        (word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :])
    )


def _transposed(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _lead(chance, filed)
    long = [at for at, word in enumerate(words) if len(word) > 4 and word.isascii()]
    if not long:
        return None
    right = collection.same(filed) | _titled(" ".join(words), collection)
    at = chance.choice(long)
    word = words[at]
    place = chance.randrange(1, len(word) - 1)
    words[at] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return Asked(" ".join(words), "transpose", right) if len(right) < 12 else None


def _titled(phrase: str, collection: Collection) -> frozenset[str]:
    """Return the entries whose title or alias holds a phrase."""
    needle = squeezed(phrase)
    return frozenset(
        other.id
        for other in collection.entries
        if any(needle in squeezed(name) for name in (other.entry.title, *other.entry.aliases))
    )


def _joined(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = words_of(filed.entry.title)
    if len(words) < 3:
        return None
    at = chance.randrange(0, len(words) - 1)
    joined = words[at] + words[at + 1]
    rest = words[at + 2 : at + 2 + chance.randint(0, 2)]
    if len(joined) < 7:
        return None
    needle = joined + "".join(rest)
    right = {other.id for other in collection.entries if needle in squeezed(other.entry.title)}
    return Asked(" ".join([joined, *rest]), "joinvar", frozenset(right))


def _korean_words(chance: random.Random, filed: FiledEntry, size: int) -> list[str] | None:
    """Pick neighbouring Hangul words of a sentence, none of them cut."""
    runs = re.findall(f"(?<![^ \n])[가-힣]{{2,}}(?: [가-힣]{{2,}}){{{size - 1}}}(?![^ .,\n])", plain(body_of(filed)))
    return str(chance.choice(runs)).split() if runs else None


def _bare(word: str) -> str:
    shed = _SHED.sub("", word)
    return shed if len(shed) > 1 else word


def _korean_phrase(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, chance.randint(3, 4))
    if not words:
        return None
    bare = [_bare(word) for word in words]
    asked = [word + chance.choice(_PARTICLES) if chance.random() < 0.4 else word for word in bare]
    right = collection.holding_korean(bare)
    return Asked(" ".join(asked), "kr_josa", right) if len(right) < 8 else None


def _korean_unspaced(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, 2)
    if not words or words[0] != _bare(words[0]):
        return None
    joined = words[0] + _bare(words[1])
    right = collection.holding_korean([joined])
    return Asked(joined, "kr_space", right) if len(joined) > 4 and len(right) < 8 else None


def _nfd(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    asked = _korean_phrase(chance, filed, collection)
    return asked and Asked(unicodedata.normalize("NFD", asked.text), "nfd", asked.right)


def _letters(text: str) -> Iterator[str]:
    for character in text:
        if "가" <= character <= "힣":
            place = ord(character) - ord("가")
            for letter in (_ONSETS[place // 588], _VOWELS[place % 588 // 28], _CODAS[place % 28]):
                yield from _SPLIT.get(letter, letter)
        else:
            yield character


def _korean_in_english(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, 2)
    if not words:
        return None
    bare = [_bare(word) for word in words]
    right = collection.holding_korean(bare)
    text = "".join(_KEYS.get(letter, letter) for letter in _letters(" ".join(bare)))
    return Asked(text, "kbd_ko", right) if len("".join(bare)) > 4 and len(right) < 6 else None


def _english_in_korean(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    asked = _acronym(chance, filed, collection) or _partial(chance, filed, collection)
    if not asked or not asked.text.isascii():
        return None
    text = _compose("".join(_LETTER_OF.get(key, key) for key in asked.text.lower()))
    return Asked(text, "kbd", asked.right)


def _compose(letters: str) -> str:
    """Compose keyboard letters into syllables where an onset, a vowel and perhaps a coda follow each other."""

    def syllable(found: re.Match[str]) -> str:
        onset, vowel, coda = found[1], found[2], found[3] or ""
        joined = next((whole for whole, pair in _SPLIT.items() if pair == vowel), vowel)
        return chr(ord("가") + _ONSETS.index(onset) * 588 + _VOWELS.index(joined) * 28 + _CODAS.index(coda))

    pairs = "|".join(pair for whole, pair in _SPLIT.items() if whole in _VOWELS)
    codas = "".join(sorted({coda for coda in _CODAS if coda}))
    return re.sub(f"([{_ONSETS}])({pairs}|[{_VOWELS}])(?:([{codas}])(?![{_VOWELS}]))?", syllable, letters)


def _author(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    names = [author.split()[-1] for author in filed.entry.authors if " " in author]
    if not names:
        return None
    name = chance.choice(names)
    parts = words_of(name)
    right = frozenset.intersection(*(frozenset(collection.surnames[part]) for part in parts)) if parts else frozenset()
    return Asked(name, "author", right) if len(name) > 3 and len(right) < 12 else None


def _author_topic(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    names = [author.split()[-1] for author in filed.entry.authors if " " in author]
    topics = [word for word in words_of(filed.entry.title) if len(word) > 4 and word not in _STOP]
    if not names or not topics:
        return None
    name, topic = chance.choice(names), chance.choice(topics)
    right = collection.holding([*words_of(name), topic])
    pair = [name.lower(), topic]
    chance.shuffle(pair)
    return Asked(" ".join(pair), "author_topic", right) if len(name) > 3 and len(right) < 6 else None


def _arxiv(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    if not filed.entry.arxiv_ids:
        return None
    identity = filed.entry.arxiv_ids[0]
    shapes = (
        *("{}", "{}v2", "https://arxiv.org/abs/{}", "https://arxiv.org/pdf/{}v1.pdf", "arxiv.org/abs/{}", "arXiv:{}"),
        *("https://huggingface.co/papers/{}", "http://www.arxiv.org/abs/{}v3"),
    )
    return Asked(chance.choice(shapes).format(identity), "arxiv", frozenset(collection.papers[identity]))


def _content(text: str) -> list[str]:
    return [word for word in dict.fromkeys(words_of(text)) if len(word) > 4 and word.isascii() and word not in _STOP]


def _topic(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _content(f"{filed.entry.title} {body_of(filed)}")
    if len(words) < 6:
        return None
    picked = chance.sample(words, 4)
    right = collection.holding(picked)
    return Asked(" ".join(picked), "topic", right) if len(right) < 6 else None


def _natural_topic(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    runs = re.findall(r"[A-Za-z]+(?:[ -][A-Za-z]+){3,}", body_of(filed))
    if not runs:
        return None
    words = chance.choice(runs).lower().replace("-", " ").split()
    size = chance.randint(4, 7)
    at = chance.randint(0, max(0, len(words) - size))
    picked = words[at : at + size]
    right = collection.holding(picked)
    telling = [word for word in picked if len(word) > 4 and word not in _STOP]
    return Asked(" ".join(picked), "topic_natural", right) if len(telling) > 1 and len(right) < 8 else None


def _body_name(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    title = set(words_of(" ".join((filed.entry.title, *filed.entry.aliases, *filed.entry.authors))))
    names = [
        name
        for name in re.findall(r"(?<![\w/.-])[A-Za-z]*[A-Z][A-Za-z]{3,}(?![\w/-])", body_of(filed))
        if name.lower() not in title and 0 < len(collection.holders.get(name.lower(), ())) < 4
    ]
    if not names:
        return None
    name = chance.choice(names)
    return Asked(chance.choice((name, name.lower())), "body_name", collection.holding([name.lower()]))


def _mixed(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    runs = re.findall(
        "(?:[A-Za-z]{4,} )+[가-힣]{2,}|[가-힣]{2,}(?: [A-Za-z]{4,})+", "\n".join(filed.entry.commentary.ko)
    )
    if not runs:
        return None
    words = [_bare(word) if "가" <= word[0] <= "힣" else word for word in chance.choice(runs).split()][:4]
    pieces = [plain(word) for word in words]
    right = collection.holding_korean([piece for piece in pieces if not piece.isascii()])
    right &= collection.holding([piece for piece in pieces if piece.isascii()])
    chance.shuffle(words)
    return Asked(" ".join(words), "mixed", right) if len(right) < 6 and not all(map(str.isascii, words)) else None


def _initials(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _korean_words(chance, filed, 2)
    if not words:
        return None
    bare = [_bare(word) for word in words]
    typed = (" " if chance.random() < 0.5 else "").join(
        "".join(_ONSETS[(ord(each) - ord("가")) // 588] for each in word) for word in bare
    )
    right = collection.holding_korean(bare)
    return Asked(typed, "initials", right) if len("".join(bare)) > 4 and len(right) < 5 else None


def _tag_word(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = [word for word in words_of(filed.entry.title) if len(word) > 4 and word not in _STOP]
    if not filed.entry.tags or not words:
        return None
    tag, word = chance.choice(filed.entry.tags), chance.choice(words)
    tagged = {other.id for other in collection.entries if _fold(tag) in map(_fold, other.entry.tags)}
    right = frozenset(tagged) & collection.holding([word])
    pair = [f"#{tag}", word]
    chance.shuffle(pair)
    return Asked(" ".join(pair), "tag_word", right) if len(right) < 8 else None


def _fold(tag: str) -> str:
    return tag.casefold().replace("_", "-")


def _date_word(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = [word for word in words_of(filed.entry.title) if len(word) > 4 and word not in _STOP]
    start, end = filed.date.start, filed.date.end
    if not words or start is None or start != end:
        return None
    shape = chance.choice(("%Y-%m-%d", "%y%m%d", "%Y.%m.%d", "%Y%m%d", "{0.year}년 {0.month}월 {0.day}일"))
    word = chance.choice(words)
    noted = {
        other.id
        for other in collection.entries
        if other.date.start and other.date.end and other.date.start <= start <= other.date.end
    }
    text = f"{start.strftime(shape) if '%' in shape else shape.format(start)} {word}"
    return Asked(text, "date_word", frozenset(noted) & collection.holding([word]))


def _around(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    asked = _acronym(chance, filed, collection) or _partial(chance, filed, collection)
    return asked and Asked(chance.choice(_AROUND).format(asked.text), "courtesy", asked.right)


def _pasted_title(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = filed.entry.title.split()
    if len(words) < 6:
        return None
    at = chance.randrange(2, len(words) - 1)
    title = " ".join(words[:at]) + "\n  " + " ".join(words[at:])
    opening, closing = chance.choice((("", ""), ("“", "”"), ('"', '"'), ("'", "'"), ("「", "」")))
    authors = f"\n{', '.join(filed.entry.authors[:4])}" if chance.random() < 0.4 else ""
    return Asked(f"{opening}{title}{closing}{chance.choice(_VENUES)}{authors}", "pasted_title", collection.same(filed))


def _paragraph(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    paragraphs = [text for text in body_of(filed).split("\n") if len(text) > 150]
    return Asked(chance.choice(paragraphs)[:2000], "paragraph", collection.same(filed)) if paragraphs else None


MAKERS: dict[str, Maker] = {
    "exact": _exact,
    "partial": _partial,
    "acronym": _acronym,
    "typo1": _slipped(1),
    "typo2": _slipped(2),
    "transpose": _transposed,
    "joinvar": _joined,
    "kr_josa": _korean_phrase,
    "kr_space": _korean_unspaced,
    "kbd": _english_in_korean,
    "kbd_ko": _korean_in_english,
    "author": _author,
    "author_topic": _author_topic,
    "arxiv": _arxiv,
    "topic": _topic,
    "topic_natural": _natural_topic,
    "body_name": _body_name,
    "mixed": _mixed,
    "initials": _initials,
    "tag_word": _tag_word,
    "nfd": _nfd,
    "date_word": _date_word,
    "courtesy": _around,
    "pasted_title": _pasted_title,
    "paragraph": _paragraph,
}
