"""Decide what a refresh changes: which entries are new, edited, moved, back or gone, and under which identity."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain

from bot.model import Entry, Note, NoteDate
from bot.notes.evidence import Scene, survey, weigh
from bot.notes.identity import content_digest, new_id
from bot.notes.likeness import portray
from bot.notes.matching import Matches, match_alike, match_exactly
from bot.notes.records import FreshEntry, KnownEntry, Place


class Outcome(StrEnum):
    """What became of an entry that is there after a refresh."""

    ADDED = "added"
    EDITED = "edited"
    MOVED = "moved"
    REVIVED = "revived"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class PlannedEntry:
    """An entry as it shall be filed; `content` is None where what is stored already stays as it is."""

    id: str
    outcome: Outcome
    places: tuple[Place, ...]
    content: FreshEntry | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refresh does: the entries to file, and the ids of those that are nowhere any more, sorted.

    `moved` maps the path of each file that moved to the path it came from.
    """

    entries: tuple[PlannedEntry, ...] = ()
    gone: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What could be told without comparing texts: the first half of a decision."""

    known: tuple[KnownEntry, ...]
    fresh: tuple[FreshEntry, ...]
    affected: frozenset[str]
    matches: Matches
    scene: Scene

    @property
    def open_fresh(self) -> dict[int, FreshEntry]:
        """Return the fresh entries, by position, that are not word for word a known one."""
        return {position: new for position, new in enumerate(self.fresh) if position not in self.matches}

    @property
    def open_known(self) -> tuple[KnownEntry, ...]:
        """Return the known entries that stand nowhere yet, and whose content `decide` therefore asks for."""
        matched = {old.id for old in self.matches.values()}
        free = (old for old in self.known if old.id not in matched and not old.outside(self.affected))
        if self.open_fresh:
            return tuple(free)
        paths = {path for new in self.fresh for path in new.paths}
        return tuple(old for old in free if not old.gone and old.paths & paths)


def gather(notes: Iterable[Note]) -> tuple[FreshEntry, ...]:
    """Gather the entries of notes, the very same entry of one date once, in the order of their first places."""
    found: dict[tuple[str, NoteDate], FreshEntry] = {}
    for note in sorted(notes, key=lambda note: note.path):
        for position, entry in enumerate(note.entries):
            digest = content_digest(entry)
            first = found.get((digest, note.date)) or FreshEntry(entry, note.date, digest, ())
            places = (*first.places, Place(note.path, position, entry.lines))
            found[digest, note.date] = replace(first, places=places)
    return tuple(found.values())


def recognise(known: Iterable[KnownEntry], fresh: Iterable[FreshEntry], affected: Set[str]) -> Recognition:
    """Tell which entries are word for word known ones.

    `affected` are the files read anew or gone. `known` holds every entry that stood in one of them, and those
    elsewhere or dead that a fresh one may carry on.
    """
    olds, news = tuple(known), tuple(fresh)
    matches = match_exactly(olds, news, affected)
    return Recognition(olds, news, frozenset(affected), matches, survey(olds, news, affected, matches))


def decide(seen: Recognition, texts: Mapping[str, Entry], taken: Set[str]) -> Plan:
    """Decide what becomes of every entry; `texts` holds those of `seen.open_known`, `taken` all ids ever used."""
    matches = seen.matches | match_alike(seen.open_known, seen.open_fresh, texts, seen.scene)
    elders = _elders(seen, matches, texts)
    absorbed = {position: matches[position] for position in elders}
    matches |= elders
    filed = (*_file_fresh(seen, matches, absorbed, taken), *_file_lost_copies(seen, matches, absorbed))
    here = {entry.id for entry in filed}
    gone = {old.id for old in seen.known if not old.gone and not old.outside(seen.affected)}
    gone |= {old.id for old in absorbed.values()}
    return Plan(filed, tuple(sorted(gone - here)), seen.scene.moved)


def _elders(seen: Recognition, matches: Matches, texts: Mapping[str, Entry]) -> Matches:
    """Find the elder entries that an edit made the same as a younger one elsewhere, which is to end in the elder.

    Two copies that are corrected one after the other end as one entry, and it has to be the first one.
    """
    arrived: dict[str, list[int]] = defaultdict(list)
    for position, younger in seen.matches.items():
        if younger.outside(seen.affected):
            for path in seen.fresh[position].paths - younger.paths:
                arrived[path].append(position)
    used = {old.id for old in matches.values()}
    elders: Matches = {}
    for old in seen.open_known:
        if old.gone or old.id in used:
            continue
        for position in chain.from_iterable(arrived.get(path, ()) for path in sorted(old.paths)):
            new, younger = seen.fresh[position], matches[position]
            elder = (old.born, old.id) < (younger.born, younger.id) and position not in elders
            if elder and weigh(old, new, portray(texts[old.id]), portray(new.entry), seen.scene):
                elders[position] = old
                break
    return elders


def _file_fresh(
    seen: Recognition, matches: Matches, absorbed: Mapping[int, KnownEntry], taken: Set[str]
) -> Iterator[PlannedEntry]:
    """File every entry that was just read."""
    ids = set(taken)
    for position, new in enumerate(seen.fresh):
        old = matches.get(position)
        if old is None:
            identity = new_id(new.entry, new.date, ids)
            ids.add(identity)
            yield PlannedEntry(identity, Outcome.ADDED, new.places, new)
        else:
            merged = (old, absorbed[position]) if position in absorbed else (old,)
            elsewhere = chain.from_iterable(entry.outside(seen.affected) for entry in merged)
            yield _carry_on(old, new, tuple(sorted({*new.places, *elsewhere})))


def _carry_on(old: KnownEntry, new: FreshEntry, places: tuple[Place, ...]) -> PlannedEntry:
    """File an entry under the identity it had."""
    if old.gone:
        return PlannedEntry(old.id, Outcome.REVIVED, places, new)
    if (old.digest, old.date) != (new.digest, new.date):
        return PlannedEntry(old.id, Outcome.EDITED, places, new)
    renamed = places[0] == new.places[0] and old.aliases != new.entry.aliases
    if old.paths != {place.path for place in places}:
        return PlannedEntry(old.id, Outcome.MOVED, places, new if renamed else None)
    return PlannedEntry(old.id, Outcome.EDITED, places, new) if renamed else PlannedEntry(old.id, Outcome.KEPT, places)


def _file_lost_copies(
    seen: Recognition, matches: Matches, absorbed: Mapping[int, KnownEntry]
) -> Iterator[PlannedEntry]:
    """File the entries that a file no longer holds, but another one still does."""
    settled = {old.id for old in (*matches.values(), *absorbed.values())}
    for old in seen.known:
        places = old.outside(seen.affected)
        if places and len(places) < len(old.places) and old.id not in settled:
            yield PlannedEntry(old.id, Outcome.MOVED, places)
