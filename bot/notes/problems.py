"""What a note has to be told about: could not be read, or was read but is odd."""

from dataclasses import dataclass
from typing import Self

from bot.errors import NoteError
from bot.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read; as a notice, something that was read but is odd.

    `path` is relative to the notes folder: a file, or a whole folder. `line` is 1-based,
    or None where the whole file is meant.
    """

    path: str
    line: int | None
    reason: Sentence
    notice: bool = False

    @classmethod
    def of(cls, error: NoteError) -> Self:
        """Turn the error that stopped a file into its problem."""
        return cls(error.path, error.line, error.sentence)
