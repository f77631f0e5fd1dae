"""Turn the text of one note file into a note and its problems, whichever layout the text is written in."""

from dataclasses import dataclass

from bot.model import Note, NoteDate
from bot.notes.problems import Problem


@dataclass(frozen=True, slots=True)
class ParsedNote:
    """A note as parsed, and what is wrong with it or odd about it."""

    note: Note
    problems: tuple[Problem, ...] = ()


def parse_note(path: str, text: str) -> ParsedNote:
    """Parse the text of one file; `path` is relative to the notes folder, with `/`.

    Never raises for what a text holds: whatever can't be understood is kept, and reported as a problem.
    """
    return ParsedNote(Note(path, NoteDate(), ()))
