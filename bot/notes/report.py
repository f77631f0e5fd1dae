"""What a refresh reports: how many files changed and how, which entries, and what is wrong with the notes."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.notes.files import NoteListing
from bot.notes.fingerprint import Fingerprint
from bot.notes.plan import Outcome
from bot.notes.problems import Problem
from bot.notes.records import KnownNote
from bot.notes.store import Changes, Memory


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh found: numbers of files, ids of entries, and every problem of every file, sorted by path.

    A moved file counts as moved alone. `touched` are the entries to put into an index, `removed` those to take
    out; `revision` is the database's, `fingerprint` the folder's as it was looked at.
    """

    revision: int
    fingerprint: Fingerprint
    added: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    unchanged: int = 0
    unreadable: int = 0
    touched: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def notices(self) -> int:
        """Count the problems that are only odd."""
        return sum(problem.notice for problem in self.problems)


def report_on(
    changes: Changes,
    memory: Memory,
    listing: NoteListing,
    problems: Iterable[Problem],
    revision: int,
    fingerprint: Fingerprint,
) -> RefreshReport:
    """Count what a refresh changed; `problems` are those of the files that were opened, now or earlier."""
    active = [entry for entry in changes.plan.entries if entry.outcome is not Outcome.KEPT]
    altered = {place.path for entry in active for place in entry.places}
    read = [one.file for one in changes.looked_at if one.file.readable]
    moved = len(set(changes.plan.moved.values()) & set(changes.gone))
    added = sum(file.path not in memory.notes for file in read) - moved
    changed = sum(_is_changed(file, memory.notes.get(file.path), file.path in altered) for file in read)
    failed = _count_failed(changes, memory, listing)
    every = (*listing.problems, *problems)
    return RefreshReport(
        revision=revision,
        fingerprint=fingerprint,
        added=added,
        changed=changed,
        moved=moved,
        gone=len(changes.gone) - moved,
        unchanged=len(listing.files) - added - changed - moved - failed,
        unreadable=failed + sum(not problem.notice for problem in listing.problems),
        touched=tuple(entry.id for entry in active),
        removed=changes.plan.gone,
        problems=tuple(sorted(every, key=lambda problem: (problem.path, problem.line or 0))),
    )


def _is_changed(file: KnownNote, known: KnownNote | None, altered: bool) -> bool:
    """Tell whether a known file holds something else than before, or is read otherwise by a newer parser."""
    return known is not None and (known.sha256 != file.sha256 or altered)


def _count_failed(changes: Changes, memory: Memory, listing: NoteListing) -> int:
    """Count the listed files that can't be read, now or since an earlier look."""
    readable = {path: known.readable for path, known in memory.notes.items()}
    readable |= {one.file.path: one.file.readable for one in changes.looked_at}
    return sum(not readable.get(file.path, True) for file in listing.files)
