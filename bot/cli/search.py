"""`paperboy search`: matches for a person or a script, one query or a file of them."""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli.documents import Document, found_document
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json, progress_bar
from bot.core import Core
from bot.errors import UsageError
from bot.library import Library
from bot.search.found import Found, Match
from bot.sentences import sentence
from bot.settings import Settings, load_settings
from bot.words import Words

_MOST_MATCHES = 1000


def run(arguments: argparse.Namespace) -> int:
    """Search once, or once for each line of a file."""
    if (arguments.query is None) == (arguments.batch is None):
        raise UsageError(sentence("Give a query, or a file of them with --batch, e.g. `paperboy search megalodon`."))
    if not 1 <= arguments.limit <= _MOST_MATCHES:
        raise UsageError(sentence("--limit is a number from 1 to {most}.", most=_MOST_MATCHES))
    words = Words(language_from(arguments))
    settings = load_settings(notes=arguments.notes)
    with progress_bar(words.gettext("Reading the notes")) as progress:
        library = Core(settings).open_library(progress)
    if arguments.batch is not None:
        for query in _queries(Path(arguments.batch)):
            print_json(_document(query, library, settings, arguments.limit)[1])
        return ANSWERED
    found, document = _document(arguments.query, library, settings, arguments.limit)
    if arguments.json:
        print_json(document)
    else:
        _print(found, words)
    return ANSWERED if found.confident else NOTHING_FOUND


def _document(query: str, library: Library, settings: Settings, limit: int) -> tuple[Found, Document]:
    today = datetime.now(ZoneInfo(settings.timezone)).date()
    started = time.perf_counter()
    found = library.find(query, limit=limit, today=today)
    return found, found_document(found, (time.perf_counter() - started) * 1000)


def _queries(file: Path) -> Iterator[str]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise UsageError(sentence("{file} can't be read. Give a file of JSON lines with “q”.", file=file)) from None
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _query(line, file, number)


def _query(line: str, file: Path, number: int) -> str:
    try:
        query = json.loads(line)["q"]
    except (ValueError, TypeError, KeyError):
        query = None
    if not isinstance(query, str):
        raise UsageError(sentence('{file}:{line} is not a JSON line with "q".', file=file, line=number))
    return query


def _print(found: Found, words: Words) -> None:
    if not found.confident:
        print(words.gettext("No note on “{query}”.", query=found.query))
        if found.closest:
            print(words.gettext("Closest titles:"))
    for match in found.matches or found.closest:
        print(_line(match, words))


def _line(match: Match, words: Words) -> str:
    filed = match.entry
    tags = " ".join(f"#{tag}" for tag in filed.entry.tags)
    return f"{filed.id}  {words.note_date(filed.date)}  {filed.entry.title}  {tags}".rstrip()
