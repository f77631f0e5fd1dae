"""Find the note files of a folder and read one of them, safely: nothing in the folder can hang or flood the bot."""

from dataclasses import dataclass
from pathlib import Path

from bot.notes.problems import Problem


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A file that may hold a note: path relative to the notes folder (with `/`), bytes, time of the last change."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class NoteListing:
    """The note files of a folder, sorted by path, and what was refused without opening it."""

    files: tuple[NoteFile, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadNote:
    """The text of a note file, the SHA-256 of its bytes (hexadecimal), and notices about its encoding."""

    path: str
    sha256: str
    text: str
    problems: tuple[Problem, ...] = ()


def find_notes(root: Path) -> NoteListing:
    """List the note files below a folder, sorted by path.

    Raises NoteError where the folder itself is missing or can't be listed.
    """
    raise NotImplementedError


def read_note(root: Path, path: str) -> ReadNote:
    """Read one file found by `find_notes`; raises NoteError with the line and the reason where it can't be."""
    raise NotImplementedError
