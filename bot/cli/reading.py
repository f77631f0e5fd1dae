"""Read the note files that a person names: single files, and folders whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.errors import NoteError
from bot.model import Note
from bot.notes.files import find_notes, read_note
from bot.notes.parse import parse_note
from bot.notes.problems import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """One file's note, None where it can't be read, and what has to be said about it."""

    note: Note | None
    problems: tuple[Problem, ...]


def read_paths(path: str) -> Iterator[Reading]:
    """Read one file, or every note below a folder in the order of their paths.

    Paths in the readings are relative to the folder, or the bare name of a single file.
    """
    place = Path(path)
    if not place.is_dir():
        yield _read(place.parent, place.name)
        return
    try:
        listing = find_notes(place)
    except NoteError as error:
        yield Reading(None, (Problem.of(error),))
        return
    for file in listing.files:
        yield _read(place, file.path)
    for problem in listing.problems:
        yield Reading(None, (problem,))


def _read(root: Path, path: str) -> Reading:
    try:
        text = read_note(root, path)
    except NoteError as error:
        return Reading(None, (Problem.of(error),))
    parsed = parse_note(path, text.text)
    return Reading(parsed.note, (*text.problems, *parsed.problems))
