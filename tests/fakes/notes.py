"""Reading notes as somebody might write them, from a seed, and a folder of them in memory that is edited and filed."""

import random
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.dates import day
from bot.model import Commentary, Entry, Note, NoteDate
from bot.notes.identity import content_digest, title_key
from bot.notes.plan import Plan, PlannedEntry, decide, gather, recognise
from bot.notes.records import FreshEntry, KnownEntry

Edit = Callable[[Entry, random.Random], Entry]
File = tuple[NoteDate, list[tuple[int, Entry]]]

_COMMON = ("for", "of", "with", "language", "model", "learning", "training", "data", "attention", "neural")
_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "je",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ri",
    "so",
    "tu",
    "va",
    "we",
    "xi",
)
_COMMON_KOREAN = ("모델", "학습", "데이터", "성능", "결과가", "연구입니다", "방법을", "이", "그", "더", "좋네요")
_HANGUL = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수"


def write_entry(seed: int, kind: str = "full") -> Entry:
    """Write an entry; no two seeds yield the same. `kind`: full, plain (no abstract, no id), stub (a link), bare."""
    dice = random.Random(seed)
    title = f"{_title(dice)} {seed}"
    arxiv_id = f"{dice.randrange(15, 24):02}{dice.randrange(1, 13):02}.{seed % 100_000:05}"
    tags = tuple(dice.sample(("llm", "rl", "vision", "review", "speech", "data"), 2))
    if kind == "bare":
        return Entry(title)
    if kind == "stub":
        return Entry(title, links=(f"https://arxiv.org/abs/{arxiv_id}",), arxiv_ids=(arxiv_id,), tags=tags)
    text = tuple(_sentence(dice) for _ in range(dice.randrange(1, 4)))
    authors = tuple(f"{_word(dice).title()} {_word(dice).title()}" for _ in range(4))
    entry = Entry(title, authors=authors, commentary=Commentary(text), tags=tags)
    if kind == "plain":
        return entry
    abstract = " ".join(_title(dice) for _ in range(12))
    return replace(entry, abstract=abstract, links=(f"https://arxiv.org/abs/{arxiv_id}",), arxiv_ids=(arxiv_id,))


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(_SYLLABLES, k=dice.randrange(2, 5)))


def _title(dice: random.Random) -> str:
    return " ".join(dice.choice(_COMMON) if dice.random() < 0.4 else _word(dice) for _ in range(6)).title()


def _sentence(dice: random.Random) -> str:
    coined = ("".join(dice.choices(_HANGUL, k=dice.randrange(2, 6))) for _ in range(dice.randrange(6, 30)))
    return " ".join(dice.choice(_COMMON_KOREAN) if dice.random() < 0.3 else word for word in coined) + "."


def with_typo(text: str, dice: random.Random) -> str:
    """Swap two letters of a text, or drop one, or double one."""
    at = dice.randrange(len(text))
    swapped = text[:at] + text[at : at + 2][::-1] + text[at + 2 :]
    doubled = text[: at + 1] + text[at:]
    return dice.choice([doubled if swapped == text else swapped, text[:at] + text[at + 1 :], doubled])


def retitle(entry: Entry, dice: random.Random) -> Entry:
    """Put another title on an entry; one that is nothing but its title gets a typo there."""
    if not entry.links and not entry.commentary.ko:
        return replace(entry, title=with_typo(entry.title, dice))
    return replace(entry, title=f"{_title(dice)} {dice.randrange(10**9)}")


def fix_typo(entry: Entry, dice: random.Random) -> Entry:
    """Change a letter or two of an entry's text."""
    if not entry.commentary.ko:
        return replace(entry, title=with_typo(entry.title, dice))
    paragraphs = list(entry.commentary.ko)
    at = dice.randrange(len(paragraphs))
    paragraphs[at] = with_typo(paragraphs[at], dice)
    return replace(entry, commentary=Commentary(tuple(paragraphs)))


def retag(entry: Entry, dice: random.Random) -> Entry:
    """Give an entry other tags."""
    return replace(entry, tags=(*entry.tags, f"tag-{dice.randrange(100)}")[1:])


@dataclass
class Folder:
    """Note files by path; each entry carries the label under which the test knows it."""

    files: dict[str, File] = field(default_factory=dict)

    def notes(self, paths: Set[str]) -> list[Note]:
        """Return the notes at these paths, as a parser would."""
        return [
            Note(
                path, dated, tuple(replace(entry, lines=(10 * n + 1, 10 * n + 9)) for n, (_, entry) in enumerate(held))
            )
            for path, (dated, held) in self.files.items()
            if path in paths
        ]


@dataclass
class Filed:
    """One entry as a shelf keeps it."""

    known: KnownEntry
    entry: Entry


@dataclass
class Shelf:
    """What a database would keep between refreshes, in memory: enough to make plans again and again."""

    filed: dict[str, Filed] = field(default_factory=dict)
    turn: int = 0

    def refresh(self, notes: list[Note], gone: Set[str] = frozenset()) -> Plan:
        """Plan for files read anew and files gone, and file what was decided."""
        self.turn += 1
        fresh = gather(notes)
        affected = {*gone, *(note.path for note in notes)}
        seen = recognise(self._known(affected, fresh), fresh, affected)
        texts = {old.id: self.filed[old.id].entry for old in seen.open_known}
        plan = decide(seen, texts, self.filed.keys())
        self._apply(plan)
        return plan

    def at(self, path: str) -> list[str]:
        """Return the ids of the living entries of a file, in order."""
        found = [
            (place.position, one.known.id) for one in self.living() for place in one.known.places if place.path == path
        ]
        return [identity for _, identity in sorted(found)]

    def living(self) -> list[Filed]:
        """Return what is not gone."""
        return [one for one in self.filed.values() if not one.known.gone]

    def _known(self, affected: set[str], fresh: tuple[FreshEntry, ...]) -> list[KnownEntry]:
        digests = {new.digest for new in fresh}
        papers = {paper for new in fresh for paper in (title_key(new.entry.title), *new.entry.arxiv_ids)}
        return [
            one.known
            for one in self.filed.values()
            if one.known.paths & affected
            or one.known.digest in digests
            or (one.known.gone and papers & {title_key(one.entry.title), *one.entry.arxiv_ids})
        ]

    def _apply(self, plan: Plan) -> None:
        for planned in plan.entries:
            self.filed[planned.id] = self._file(planned)
        for identity in plan.gone:
            one = self.filed[identity]
            self.filed[identity] = Filed(replace(one.known, gone=True), one.entry)

    def _file(self, planned: PlannedEntry) -> Filed:
        old = self.filed.get(planned.id)
        if planned.content is None:
            assert old is not None
            return Filed(replace(old.known, places=planned.places), old.entry)
        new = planned.content
        assert new.digest == content_digest(new.entry)
        born = old.known.born if old else self.turn
        known = KnownEntry(
            planned.id,
            new.digest,
            title_key(new.entry.title),
            new.date,
            planned.places,
            born,
            aliases=new.entry.aliases,
        )
        return Filed(known, new.entry)


def on(number: int) -> NoteDate:
    """Return the date of the nth day."""
    return day(date(2024, 1, 1) + timedelta(days=number))
