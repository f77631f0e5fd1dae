"""Find the note files of a folder and read one of them, safely: nothing in the folder can hang or flood the bot."""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.errors import NoteError
from bot.notes.decode import MOST_BYTES, decode_note, too_big
from bot.notes.problems import Problem
from bot.sentences import Sentence, sentence

_SUFFIXES = frozenset({".md", ".txt"})


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


def is_note_path(path: str) -> bool:
    """Tell whether a path relative to the notes folder can be a note's: `.md` or `.txt`, no README, nothing hidden."""
    pure = PurePosixPath(path)
    hidden = any(part.startswith(".") for part in pure.parts)
    return not hidden and pure.suffix.casefold() in _SUFFIXES and pure.stem.casefold() != "readme"


def find_notes(root: Path) -> NoteListing:
    """List the note files below a folder, sorted by path.

    A folder that can't be listed is a problem whose path is the folder's; what it holds is unknown, not gone.
    Raises NoteError where the notes folder itself is missing or can't be listed.
    """
    try:
        real_root = root.resolve(strict=True)
        found = list(_walk(real_root))
    except (OSError, RuntimeError) as error:
        reason = sentence("The notes folder {folder} can't be opened. Check PAPERBOY_NOTES.", folder=str(root))
        raise NoteError(str(root), None, reason) from error
    files = (file for file in found if isinstance(file, NoteFile))
    problems = (problem for problem in found if isinstance(problem, Problem))
    return NoteListing(
        tuple(sorted(files, key=lambda file: file.path)), tuple(sorted(problems, key=lambda problem: problem.path))
    )


def read_note(root: Path, path: str) -> ReadNote:
    """Read one file found by `find_notes`; raises NoteError with the line and the reason where it can't be."""
    content = _read_bytes(root, path)
    decoded = decode_note(path, content)
    return ReadNote(path, hashlib.sha256(content).hexdigest(), decoded.text, decoded.problems)


def _walk(root: Path) -> Iterator[NoteFile | Problem]:
    """Walk all folders below the root; those behind links are not entered, so that no loop can hold the walk."""
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as entries:
                listed = list(entries)
        except OSError:
            if not folder:
                raise
            yield _problem(folder, sentence("The folder can't be opened. Check its permissions."))
            continue
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                yield from _look_at_link(root, path) if entry.is_symlink() else _look_at(root, path)


def _look_at_link(root: Path, path: str) -> Iterator[NoteFile | Problem]:
    """Follow a link to a note inside the notes folder; report one that leads nowhere, outside, or round in a circle."""
    try:
        target = (root / path).resolve(strict=True)
    except (OSError, RuntimeError):
        if is_note_path(path):
            yield _problem(path, sentence("The link leads nowhere. Mend it, or delete it."))
        return
    if target.is_dir():
        if (root / path).is_relative_to(target):
            yield _problem(path, sentence("The link leads back to a folder it is in. Delete it."))
        elif not target.is_relative_to(root):
            yield _problem(path, _outside())
    elif target.is_relative_to(root):
        yield from _look_at(root, path)
    elif is_note_path(path):
        yield _problem(path, _outside())


def _look_at(root: Path, path: str) -> Iterator[NoteFile | Problem]:
    if not is_note_path(path):
        return
    try:
        status = (root / path).stat()
    except OSError:
        yield _problem(path, _unreadable())
        return
    if not _is_utf8(path):
        yield _problem(path, sentence("The file's name is not UTF-8. Rename it."))
    elif not stat.S_ISREG(status.st_mode):
        yield _problem(path, _irregular())
    else:
        yield NoteFile(path, status.st_size, status.st_mtime_ns)


def _read_bytes(root: Path, path: str) -> bytes:
    """Read a regular file of at most MOST_BYTES bytes; what it is is asked of the open file, so no swap can fool it."""
    try:
        real_root = root.resolve(strict=True)
        real = (real_root / path).resolve(strict=True)
        if not real.is_relative_to(real_root):
            raise NoteError(path, None, _outside())
        descriptor = os.open(real, _open_flags())
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise NoteError(path, None, _irregular())
            content = file.read(MOST_BYTES + 1) if status.st_size <= MOST_BYTES else None
    except (OSError, RuntimeError, ValueError) as error:
        raise NoteError(path, None, _unreadable()) from error
    if content is None or len(content) > MOST_BYTES:
        raise too_big(path)
    return content


def _open_flags() -> int:
    """Return flags that never wait: opening a FIFO that nobody writes to would. Windows has none but O_BINARY."""
    flags = os.O_RDONLY
    for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC", "O_BINARY"):
        flags |= int(getattr(os, name, 0))
    return flags


def _is_utf8(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _problem(path: str, reason: Sentence) -> Problem:
    """Build a problem whose path can be printed and stored whatever bytes the name holds."""
    return Problem(path.encode("utf-8", "backslashreplace").decode("utf-8"), None, reason)


def _outside() -> Sentence:
    return sentence("The link leads out of the notes folder. Copy the note here instead.")


def _irregular() -> Sentence:
    return sentence("This is not a regular file (a pipe, a socket or a device). Remove it from the notes folder.")


def _unreadable() -> Sentence:
    return sentence("The file can't be opened. Check that it is still there, and its permissions.")
