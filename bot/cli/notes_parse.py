"""`paperboy notes parse`: what is read from note files, without touching any database."""

import argparse

from bot.cli.documents import note_document, problem_documents
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json, problem_line, say
from bot.cli.reading import read_paths
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Parse the files; exit 1 if one of them can't be read."""
    readings = [reading for path in arguments.paths for reading in read_paths(path)]
    notes = [reading.note for reading in readings if reading.note is not None]
    problems = [problem for reading in readings for problem in reading.problems]
    if arguments.json:
        print_json({"notes": [note_document(note) for note in notes], "problems": problem_documents(problems)})
    else:
        words = Words(language_from(arguments))
        for note in notes:
            print(f"{note.path}  {words.note_date(note.date)}")
            for entry in note.entries:
                print(f"  {entry.lines[0]:>4}  {entry.title}  {' '.join('#' + tag for tag in entry.tags)}".rstrip())
        for problem in problems:
            say(problem_line(problem, words))
    return NOTHING_FOUND if any(not problem.notice for problem in problems) else ANSWERED
