"""A short stamp of the notes folder that is another one when a file in it is: cheap, and honest about its limits."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from bot.notes.files import NoteFile, NoteListing, find_notes
from bot.notes.layouts import PARSER_VERSION

# A second edit within one tick of a file system's clock leaves size and time as they were; the coarsest tick in
# use is FAT's two seconds.
TICK_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The stamp of a notes folder; where it isn't `settled`, an edit may hide behind it, so look again."""

    value: str
    settled: bool


def fingerprint(root: Path) -> Fingerprint:
    """Take the stamp of a notes folder without opening a file; raises NoteError where there is no such folder."""
    now_ns = time.time_ns()
    return stamp(root, find_notes(root), now_ns)


def stamp(root: Path, listing: NoteListing, now_ns: int) -> Fingerprint:
    """Return the stamp of a folder as listed at a moment (nanoseconds since 1970)."""
    seen = hashlib.sha256(f"{PARSER_VERSION}\n{root.resolve()}\n".encode("utf-8", "surrogateescape"))
    for file in listing.files:
        seen.update(f"{file.path}\0{file.size}\0{file.mtime_ns}\n".encode())
    for problem in listing.problems:
        seen.update(f"{problem.path}\0{problem.reason.template}\n".encode())
    return Fingerprint(seen.hexdigest(), all(is_settled(file, now_ns) for file in listing.files))


def is_settled(file: NoteFile, now_ns: int) -> bool:
    """Tell whether any later edit of a file will show in its time stamp."""
    return file.mtime_ns < now_ns - TICK_NS
