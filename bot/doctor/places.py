"""Look at what surrounds the bot: the notes, the data folder, the search index, the clock, the time zones."""

import os
import shutil
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import NoteError
from bot.indexing import Stamp
from bot.notes.files import find_notes, read_note
from bot.notes.parse import parse_note
from bot.notes.problems import Problem
from bot.ports import Finding
from bot.search.index import IndexUnusable, SearchIndex
from bot.sentences import sentence

# No machine that runs this is older than this release, nor did anybody mean it to run for longer.
RELEASED, OUTLIVED = date(2026, 11, 1), date(2100, 1, 1)
LEAST_SPACE = 200_000_000
_WELL_KNOWN_ZONES = ("Asia/Seoul", "Europe/Berlin", "America/New_York")


def look_at_notes(folder: Path) -> Finding:
    """Read every note file once, and see what can't be read."""
    if not folder.is_dir():
        return Finding(
            "notes",
            sentence("The folder {folder} doesn't exist.", folder=folder),
            sentence("Name your folder of notes with PAPERBOY_NOTES or --notes."),
        )
    try:
        listing = find_notes(folder)
    except NoteError as error:
        return Finding("notes", error.sentence, sentence("Let Paperboy read {folder}.", folder=folder))
    files = [file.path for file in listing.files]
    entries, problems = _read_all(folder, files, listing.problems)
    seen = sentence(
        "{files} files with {entries} entries in {folder}.", files=len(files), entries=entries, folder=folder
    )
    if problems:
        seen = sentence(
            "{problems} problems in {files} files of {folder}.", problems=problems, files=len(files), folder=folder
        )
        return Finding("notes", seen, sentence("See them with `paperboy notes check {folder}`.", folder=folder))
    if not entries:
        return Finding("notes", seen, sentence("Put notes there, or name another folder with PAPERBOY_NOTES."))
    return Finding("notes", seen)


def _read_all(folder: Path, files: Iterable[str], listed: Sequence[Problem]) -> tuple[int, int]:
    """Return the number of entries and of problems that are more than a notice."""
    entries, problems = 0, list(listed)
    for path in files:
        try:
            text = read_note(folder, path)
        except NoteError as error:
            problems.append(Problem.of(error))
            continue
        parsed = parse_note(path, text.text)
        problems += [*text.problems, *parsed.problems]
        entries += len(parsed.note.entries)
    return entries, sum(not problem.notice for problem in problems)


def look_at_data(folder: Path) -> Finding:
    """See that the data folder is there, can be written and has room."""
    if not folder.is_dir():
        return Finding(
            "data",
            sentence("The folder {folder} doesn't exist.", folder=folder),
            sentence("Create it, or name another with PAPERBOY_DATA."),
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding(
            "data",
            sentence("The folder {folder} can't be written.", folder=folder.absolute()),
            sentence("Let Paperboy's user write to it."),
        )
    free = shutil.disk_usage(folder).free
    seen = sentence("{folder} has {free} MB free.", folder=folder.absolute(), free=free // 1_000_000)
    return Finding("data", seen, sentence("Make room on its disk.") if free < LEAST_SPACE else None)


def look_at_index(folder: Path, database: tuple[str, int] | None) -> Finding:
    """Open the search index and compare it with the database: its id and revision, None where it can't be asked."""
    if not folder.exists():
        return Finding("index", sentence("There is none yet; the first command builds it."))
    try:
        stamp = Stamp.read(SearchIndex.open(folder).stamp)
    except IndexUnusable as error:
        return Finding("index", error.sentence, sentence("Build it anew with `paperboy index --rebuild`."))
    if database is None:
        return Finding("index", sentence("It can be read."))
    if stamp.database != database[0]:
        return Finding(
            "index",
            sentence("It was fed from another database."),
            sentence("Build it anew with `paperboy index --rebuild`."),
        )
    if stamp.revision != database[1]:
        return Finding("index", sentence("It can be read, and takes up what is new at the next start."))
    return Finding("index", sentence("It can be read, and agrees with the database."))


def look_at_clock(now: datetime) -> Finding:
    """See that this machine's clock isn't years away."""
    seen = sentence("It says {now} UTC.", now=now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"))
    if RELEASED <= now.date() < OUTLIVED:
        return Finding("clock", seen)
    return Finding("clock", seen, sentence("Set the clock, best by time synchronisation."))


def look_at_zones(default: str, now: datetime) -> Finding:
    """See that the data of time zones is there."""
    zones = available_timezones()
    missing = [zone for zone in _WELL_KNOWN_ZONES if zone not in zones]
    if missing:
        return Finding(
            "time zones",
            sentence("This machine knows no {zone}.", zone=missing[0]),
            sentence("Install the data of time zones with `pip install tzdata`."),
        )
    local = now.astimezone(ZoneInfo(default)).strftime("%H:%M")
    return Finding(
        "time zones", sentence("{count} known; in {zone} it is {local}.", count=len(zones), zone=default, local=local)
    )
