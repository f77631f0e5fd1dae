"""`paperboy index`: bring the database and the search index up to date with the notes, and say what changed."""

import argparse

from bot.cli.documents import problem_documents
from bot.cli.main import ANSWERED, language_from
from bot.cli.output import print_json, problem_line, progress_bar, say
from bot.core import Core
from bot.settings import load_settings
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Refresh, and report added, changed, gone and unreadable notes."""
    words = Words(language_from(arguments))
    core = Core(load_settings(notes=arguments.notes))
    with progress_bar(words.gettext("Reading the notes")) as progress:
        report = core.refresh(progress, rebuild=arguments.rebuild)
    entries = len(core.library.index)
    if arguments.json:
        counts = {"added": report.added, "changed": report.changed, "gone": report.gone}
        problems = problem_documents(report.problems)
        print_json({**counts, "unreadable": report.unreadable, "entries": entries, "problems": problems})
        return ANSWERED
    for problem in report.problems:
        say(problem_line(problem, words))
    print(
        words.gettext(
            "{entries} entries. Notes: {added} added, {changed} changed, {gone} gone, {unreadable} unreadable.",
            entries=entries,
            added=report.added,
            changed=report.changed,
            gone=report.gone,
            unreadable=report.unreadable,
        )
    )
    return ANSWERED
