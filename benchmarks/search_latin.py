"""Make queries from titles, authors, ids, tags, dates and English text."""

import random
import re
from collections.abc import Sequence

from benchmarks.search_collection import Asked, Collection, Maker, body_of, squeezed, words_of
from bot.model import FiledEntry

_STOP = frozenset(
    re.findall(
        r"\w+",
        "about above after again against also although among another because been before being below "
        "between both could different does doing down during each either even every from further have "
        "having here however into itself just many more most much must only other over same should since "
        "some such than that their them then there these they this those through thus under until upon "
        "using very were what when where whether which while will with within without would your show "
        "shows shown paper method methods based approach results propose proposed present ",
    )
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


def exact(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    title = filed.entry.title
    return Asked(chance.choice((title, title.lower())), "exact", collection.same(filed)) if title else None


def partial(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = re.findall(r"[\w-]+", filed.entry.title)
    if len(words) < 4:
        return None
    size = chance.randint(3, min(5, len(words)))
    at = chance.randint(0, len(words) - size)
    scattered = sorted(chance.sample(range(len(words)), size))
    picked = words[at : at + size] if chance.random() < 0.5 else [words[place] for place in scattered]
    text = " ".join(picked)
    right = _title_holders(words_of(text), collection)
    return Asked(text, "partial", right | collection.same(filed)) if len(right) < 6 else None


def _title_holders(words: Sequence[str], collection: Collection) -> frozenset[str]:
    near = collection.holding(words)
    return frozenset(each for each in near if all(word in collection.titles[each][0] for word in words))


def _head(filed: FiledEntry) -> str | None:
    head, colon, _ = filed.entry.title.partition(":")
    return head if colon and len(head.split()) == 1 and len(squeezed(head)) > 2 else None


def acronym(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    head = _head(filed)
    if not head:
        return None
    right = frozenset(collection.heads[squeezed(head)]) | collection.same(filed)
    return Asked(chance.choice((head, head.lower())), "acronym", right)


def _lead(chance: random.Random, filed: FiledEntry) -> list[str]:
    words = filed.entry.title.lower().split()
    return words[: chance.randint(2, 4)] if _head(filed) is None else words[: chance.randint(1, 3)]


def slipped(slips: int) -> Maker:
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


def transposed(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
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
    return frozenset(each for each, names in collection.titles.items() if any(needle in name for name in names))


def joined(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = words_of(filed.entry.title)
    if len(words) < 3:
        return None
    at = chance.randrange(0, len(words) - 1)
    joined = words[at] + words[at + 1]
    rest = words[at + 2 : at + 2 + chance.randint(0, 2)]
    if len(joined) < 7:
        return None
    needle = joined + "".join(rest)
    right = frozenset(each for each, names in collection.titles.items() if needle in names[0])
    return Asked(" ".join([joined, *rest]), "joinvar", right)


def author(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    names = [author.split()[-1] for author in filed.entry.authors if " " in author]
    if not names:
        return None
    name = chance.choice(names)
    parts = words_of(name)
    right = frozenset.intersection(*(frozenset(collection.surnames[part]) for part in parts)) if parts else frozenset()
    return Asked(name, "author", right) if len(name) > 3 and len(right) < 12 else None


def author_topic(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    names = [author.split()[-1] for author in filed.entry.authors if " " in author]
    topics = [word for word in words_of(filed.entry.title) if len(word) > 4 and word not in _STOP]
    if not names or not topics:
        return None
    name, topic = chance.choice(names), chance.choice(topics)
    right = collection.holding([*words_of(name), topic])
    pair = [name.lower(), topic]
    chance.shuffle(pair)
    return Asked(" ".join(pair), "author_topic", right) if len(name) > 3 and len(right) < 6 else None


def arxiv(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
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


def topic(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = _content(f"{filed.entry.title} {body_of(filed)}")
    if len(words) < 6:
        return None
    picked = chance.sample(words, 4)
    right = collection.holding(picked)
    return Asked(" ".join(picked), "topic", right) if len(right) < 6 else None


def natural_topic(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
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


def body_name(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
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


def tag_word(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
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


def date_word(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = [word for word in words_of(filed.entry.title) if len(word) > 4 and word not in _STOP]
    start, end = filed.date.start, filed.date.end
    if not words or start is None or start != end:
        return None
    shape = chance.choice(("%Y-%m-%d", "%y%m%d", "%Y.%m.%d", "%Y%m%d", "{0.year}년 {0.month}월 {0.day}일"))
    word = chance.choice(words)
    text = f"{start.strftime(shape) if '%' in shape else shape.format(start)} {word}"
    return Asked(text, "date_word", collection.noted_on(start) & collection.holding([word]))


def around(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    asked = acronym(chance, filed, collection) or partial(chance, filed, collection)
    return asked and Asked(chance.choice(_AROUND).format(asked.text), "courtesy", asked.right)


def pasted_title(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    words = filed.entry.title.split()
    if len(words) < 6:
        return None
    at = chance.randrange(2, len(words) - 1)
    title = " ".join(words[:at]) + "\n  " + " ".join(words[at:])
    opening, closing = chance.choice((("", ""), ("“", "”"), ('"', '"'), ("'", "'"), ("「", "」")))
    authors = f"\n{', '.join(filed.entry.authors[:4])}" if chance.random() < 0.4 else ""
    return Asked(f"{opening}{title}{closing}{chance.choice(_VENUES)}{authors}", "pasted_title", collection.same(filed))


def paragraph(chance: random.Random, filed: FiledEntry, collection: Collection) -> Asked | None:
    paragraphs = [text for text in body_of(filed).split("\n") if len(text) > 150]
    if not paragraphs:
        return None
    text = chance.choice(paragraphs)[:2000]
    return Asked(text, "paragraph", collection.same(filed) | collection.holding(words_of(text)))
