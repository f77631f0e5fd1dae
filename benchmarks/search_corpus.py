"""Bring together the entries a search benchmark runs over: note files, papers at scale, or invented ones."""

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.dates import day
from bot.model import Commentary, Entry, FiledEntry, Note
from bot.notes.files import find_notes, read_note
from bot.notes.identity import new_id
from bot.notes.parse import parse_note
from bot.notes.plan import gather

_SYLLABLES = "ba be bi ca co da de di fa fo ga ge ka la le li ma me mi na ne no pa pe ra re ri sa se ta te ti va ve zo"
_KOREAN = "가 나 다 라 마 바 사 아 자 차 카 타 파 하 고 노 도 로 모 보 소 오 조 구 누 두 루 무 부 수"


def load_notes(folder: Path) -> list[FiledEntry]:
    """Read all notes of a folder as the bot files them."""
    notes: list[Note] = []
    for file in find_notes(folder).files:
        notes.append(parse_note(file.path, read_note(folder, file.path).text).note)
    return list(file_notes(notes))


def file_notes(notes: Iterable[Note]) -> Iterator[FiledEntry]:
    """Give each entry of some notes its identity."""
    taken: set[str] = set()
    for fresh in gather(notes):
        identity = new_id(fresh.entry, fresh.date, taken)
        taken.add(identity)
        first, *others = fresh.places
        yield FiledEntry(identity, first.path, fresh.date, fresh.entry, tuple(place.path for place in others))


def load_papers(file: Path) -> Iterator[FiledEntry]:
    """Read papers from gzipped JSON lines of title, authors, date (a year) and abstract."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            paper = json.loads(line)
            authors = tuple(name.strip() for name in paper["authors"].split(",") if name.strip())
            noted = day(date(int(paper["date"]), 1, 1) + timedelta(days=number % 365))
            entry = Entry(paper["title"], authors=authors, abstract=paper["abstract"] or None)
            yield FiledEntry(f"p{number}", f"papers/{number}.md", noted, entry)


def invent_entries(count: int, seed: int = 1) -> Iterator[FiledEntry]:
    """Invent entries of made-up words, English and Korean, with word frequencies as uneven as in real notes."""
    chance = random.Random(seed)
    words = sorted({_invent(chance, _SYLLABLES.split(), 2, 4) for _ in range(6000)})
    korean = sorted({_invent(chance, _KOREAN.split(), 2, 4) for _ in range(4000)})
    names = sorted({_invent(chance, _SYLLABLES.split(), 3, 4).title() for _ in range(3000)})
    for invented in (words, korean, names):
        chance.shuffle(invented)
    for number in range(count):
        title = " ".join(_pick(chance, words) for _ in range(chance.randint(4, 10))).title()
        if chance.random() < 0.5:
            title = f"{_invent(chance, _SYLLABLES.split(), 2, 3).title()}{_pick(chance, words).title()}: {title}"
        entry = Entry(
            title,
            authors=tuple(f"{chance.choice(names)} {chance.choice(names)}" for _ in range(4)),
            abstract=" ".join(_pick(chance, words) for _ in range(100)),
            commentary=Commentary(ko=(" ".join(_pick(chance, korean) for _ in range(60)),)),
            arxiv_ids=(f"{chance.randint(16, 24)}{chance.randint(1, 12):02}.{number:05}",),
            tags=(_pick(chance, words), _pick(chance, words)),
        )
        yield FiledEntry(
            f"i{number}", f"invented/{number}.md", day(date(2020, 1, 1) + timedelta(days=number // 5)), entry
        )


def _invent(chance: random.Random, syllables: list[str], least: int, most: int) -> str:
    return "".join(chance.choice(syllables) for _ in range(chance.randint(least, most)))


def _pick(chance: random.Random, words: list[str]) -> str:
    """Pick a word; the first ones far more often, as in any language."""
    return words[int(len(words) * chance.random() ** 3)]
