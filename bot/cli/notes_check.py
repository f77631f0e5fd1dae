"""`paperboy notes check`: what can't be read in note files, and what is odd, for a person."""

import argparse

from bot.cli.documents import problem_documents
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json, problem_line
from bot.cli.reading import read_paths
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Report on the files; exit 1 if there is a problem. A notice alone is no problem."""
    words = Words(language_from(arguments))
    readings = [reading for path in arguments.paths for reading in read_paths(path)]
    problems = [problem for reading in readings for problem in reading.problems]
    entries = sum(len(reading.note.entries) for reading in readings if reading.note is not None)
    bad = [problem for problem in problems if not problem.notice]
    if arguments.json:
        notices = [problem for problem in problems if problem.notice]
        print_json({"problems": problem_documents(bad), "notices": problem_documents(notices)})
    else:
        for problem in problems:
            print(problem_line(problem, words))
        print(
            words.gettext(
                "{files} files, {entries} entries, {problems} problems, {notices} notices.",
                files=len(readings),
                entries=entries,
                problems=len(bad),
                notices=len(problems) - len(bad),
            )
        )
    return NOTHING_FOUND if bad else ANSWERED
