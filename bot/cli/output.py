"""Print for a script or for a person: JSON on standard output, everything said by the way on standard error."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.notes.problems import Problem
from bot.words import Words

Progress = Callable[[int, int], None]
# A bar appears only for work of at least this many files: less is done before it could be read.
_LONG_WORK = 200


def print_json(document: object) -> None:
    """Print one JSON document on one line."""
    print(json.dumps(document, ensure_ascii=False))


def say(text: str) -> None:
    """Tell a person something beside the answer."""
    print(text, file=sys.stderr)


def problem_line(problem: Problem, words: Words) -> str:
    """Say where a problem is and what it is: `path:line: reason`."""
    place = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
    kind = words.gettext("notice") if problem.notice else words.gettext("problem")
    return f"{place}: {kind}: {words.say(problem.reason)}"


@contextmanager
def progress_bar(label: str) -> Iterator[Progress | None]:
    """Draw a bar on a terminal while long work goes on; yields None where nobody looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, visible=False)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, visible=total >= _LONG_WORK)

        yield show
