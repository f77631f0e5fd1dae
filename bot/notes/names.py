"""What a note's path says: its date and its title."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from bot.dates import ImpossibleDateError, month, read_date
from bot.model import NoteDate
from bot.notes.lines import trim

_DATED = re.compile(r"(\d{6}|\d{8}|\d{4}-\d{1,2}-\d{1,2}|\d{4}\.\d{1,2}\.\d{1,2}|\d{4}-\d{2})(?:[\s_-]++(\S.*))?")
_KOREAN = re.compile(r"\d{4}\s*년\s*\d{1,2}\s*월(?:\s*\d{1,2}\s*(?:일|주차|주|째\s*주))?")
_HEADER = re.compile(r"\d{4}(?P<mark>[-./])\d{1,2}(?:(?P=mark)\d{1,2})?\.?")
_YEAR = re.compile(r"(?:19|20)\d\d")
# No rule for dates in names looks at today: relative words never match the patterns above.
_NO_DAY = date.min


@dataclass(frozen=True, slots=True)
class NoteName:
    """The date and the title in a file name or a heading; either may be missing."""

    title: str
    date: NoteDate | None = None


def read_path(path: str) -> NoteName:
    """Read `2023/230417 Tool Learning.md` as a date and a title; `2016/09.md` is a month and has no title."""
    folder, _, file = unicodedata.normalize("NFC", path).rpartition("/")
    stem = file.rsplit(".", 1)[0] if "." in file[1:] else file
    year = folder.rpartition("/")[2]
    if _YEAR.fullmatch(year) and stem.isdecimal() and len(stem) <= 2 and 1 <= int(stem) <= 12:
        return NoteName("", month(int(year), int(stem)))
    return read_name(stem)


def read_name(text: str) -> NoteName:
    """Read `230417 Tool Learning` or `2024년 4월 17일`; digits that are no date are part of the title."""
    name = trim(text)
    if _KOREAN.fullmatch(unicodedata.normalize("NFC", name)):
        return NoteName("" if _date(name) else name, _date(name))
    found = _DATED.fullmatch(name)
    if found and (dated := _date(found[1])):
        return NoteName(trim(found[2] or ""), dated)
    return NoteName(name)


def looks_dated(text: str) -> bool:
    """Tell whether a whole line (NFC) is written like the date above a digest, be it in the calendar or not."""
    return bool(_KOREAN.fullmatch(text) or _HEADER.fullmatch(text))


def compact(title: str) -> str:
    """Fold a title so that two spellings of one name are equal: letters and digits only, no case, NFKC."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or folded


def _date(text: str) -> NoteDate | None:
    try:
        return read_date(text, _NO_DAY)
    except ImpossibleDateError:
        return None
