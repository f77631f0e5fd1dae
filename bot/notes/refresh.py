"""Bring the database up to date with the notes folder: find, read what changed, decide, write in one piece."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.errors import NoteError, SettingsError
from bot.model import Note
from bot.notes.files import NoteFile, NoteListing, find_notes, read_note
from bot.notes.fingerprint import is_settled, stamp
from bot.notes.layouts import PARSER_VERSION
from bot.notes.parse import parse_note
from bot.notes.plan import Plan, decide, gather, recognise
from bot.notes.problems import Problem
from bot.notes.records import KnownNote
from bot.notes.report import RefreshReport, report_on
from bot.notes.store import Changes, LookedAt, Memory, NoteStore, Outrun
from bot.sentences import sentence

Progress = Callable[[int, int], None]  # files done, files to do

_log = logging.getLogger(__name__)
_ATTEMPTS = 5
_LONGEST_PATH = 2000  # bytes; PostgreSQL can't index much more


def refresh(
    root: Path, store: NoteStore, *, progress: Progress | None = None, accept_empty: bool = False
) -> RefreshReport:
    """Read what changed in the notes folder and write it down, all of it or nothing.

    A folder that is missing, or empty although it held notes, is taken for a mistake (a disk that isn't mounted):
    raises SettingsError and removes nothing, unless an empty one is accepted. Raises StorageError and Outrun.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _refresh_once(root, store, progress, accept_empty)
        except Outrun:
            _log.info("the notes changed in the database meanwhile; looking again")
    return _refresh_once(root, store, progress, accept_empty)


@dataclass(slots=True)
class _Findings:
    """What a look at the files brought: what to write down, and the notes to plan with."""

    looked_at: list[LookedAt] = field(default_factory=list)
    touched: list[KnownNote] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def _refresh_once(root: Path, store: NoteStore, progress: Progress | None, accept_empty: bool) -> RefreshReport:
    now_ns = time.time_ns()
    memory = store.recall()
    listing = _list_notes(root, memory, accept_empty)
    gone = tuple(sorted(_gone(memory, listing)))
    findings = _look(root, listing, memory, now_ns, progress)
    plan = _plan(store, findings.notes, gone)
    changes = Changes(memory.revision, tuple(findings.looked_at), tuple(findings.touched), gone, plan)
    revision = store.apply(changes)
    return report_on(changes, memory, listing, store.problems(), revision, stamp(root, listing, now_ns))


def _list_notes(root: Path, memory: Memory, accept_empty: bool) -> NoteListing:
    try:
        listing = find_notes(root)
    except NoteError as error:
        raise SettingsError(error.sentence) from error
    listing = _refuse_long_paths(listing)
    if memory.notes and not listing.files and not accept_empty:
        raise SettingsError(
            sentence(
                "The notes folder {folder} is empty, but there were notes in it ({count}). If that is meant, run"
                " `paperboy index --rebuild`; if not, check PAPERBOY_NOTES.",
                folder=str(root),
                count=len(memory.notes),
            )
        )
    return listing


def _refuse_long_paths(listing: NoteListing) -> NoteListing:
    long = [file for file in listing.files if len(file.path.encode()) > _LONGEST_PATH]
    if not long:
        return listing
    reason = sentence("The path is too long to be remembered. Move the file to a folder nearer the top.")
    problems = (*listing.problems, *(Problem(file.path, None, reason) for file in long))
    return NoteListing(tuple(file for file in listing.files if file not in long), problems)


def _gone(memory: Memory, listing: NoteListing) -> Iterator[str]:
    """Yield the known files that are no more; what stands in a folder that can't be opened is unknown, not gone."""
    there = {file.path for file in listing.files}
    refused = {problem.path for problem in listing.problems}
    for path in memory.notes:
        parts = path.split("/")
        if path not in there and refused.isdisjoint("/".join(parts[: end + 1]) for end in range(len(parts))):
            yield path


def _look(root: Path, listing: NoteListing, memory: Memory, now_ns: int, progress: Progress | None) -> _Findings:
    stale = [file for file in listing.files if _is_stale(file, memory.notes.get(file.path))]
    findings = _Findings()
    for done, file in enumerate(stale):
        if progress is not None:
            progress(done, len(stale))
        _look_at(root, file, memory.notes.get(file.path), file.mtime_ns if is_settled(file, now_ns) else None, findings)
    if progress is not None:
        progress(len(stale), len(stale))
    return findings


def _is_stale(file: NoteFile, known: KnownNote | None) -> bool:
    """Tell whether a file has to be opened; one that could not be opened is tried every time."""
    if known is None or known.sha256 is None or known.parser_version != PARSER_VERSION:
        return True
    return (file.size, file.mtime_ns) != (known.size, known.mtime_ns)


def _look_at(root: Path, file: NoteFile, known: KnownNote | None, mtime_ns: int | None, findings: _Findings) -> None:
    """Read one file; whatever is wrong with it is its own problem, and leaves what it held before."""
    try:
        read = read_note(root, file.path)
    except NoteError as error:
        sha256 = None if isinstance(error.__cause__, OSError) else ""
        seen = KnownNote(file.path, file.size, mtime_ns, sha256, PARSER_VERSION, readable=False)
        if seen != known:
            findings.looked_at.append(LookedAt(seen, None, (Problem.of(error),)))
        return
    seen = KnownNote(file.path, file.size, mtime_ns, read.sha256, PARSER_VERSION, readable=True)
    if known and (known.sha256, known.parser_version) == (read.sha256, PARSER_VERSION):
        if (known.size, known.mtime_ns) != (file.size, mtime_ns):
            findings.touched.append(replace(seen, readable=known.readable))
        return
    note, problems = _parse(file.path, read.text)
    if note is None:
        findings.looked_at.append(LookedAt(replace(seen, readable=False), None, (*read.problems, *problems)))
    else:
        findings.notes.append(note)
        findings.looked_at.append(LookedAt(seen, note.date, (*read.problems, *problems)))


def _parse(path: str, text: str) -> tuple[Note | None, tuple[Problem, ...]]:
    """Parse a text; where nothing at all comes of it (a file caught while it is being saved), return no note."""
    try:
        parsed = parse_note(path, text)
    except Exception:  # noqa: BLE001 - a fault of ours in one file must not keep all the others out
        _log.exception("the parser failed on %s", path)
        reason = sentence("Paperboy stumbled over this file, and that is its own fault. Please report it.")
        return None, (Problem(path, None, reason),)
    hopeless = not parsed.note.entries and any(not problem.notice for problem in parsed.problems)
    return None if hopeless else parsed.note, parsed.problems


def _plan(store: NoteStore, notes: Sequence[Note], gone: Sequence[str]) -> Plan:
    fresh = gather(notes)
    affected = {*gone, *(note.path for note in notes)}
    if not affected:
        return Plan()
    seen = recognise(store.known_entries(affected, fresh), fresh, affected)
    texts = store.texts([old.id for old in seen.open_known])
    return decide(seen, texts, store.ids() if seen.open_fresh else frozenset())
