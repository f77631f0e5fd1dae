"""Quote the main figures of a run in the README, between two marks."""

import re
from collections.abc import Iterable, Sequence

from benchmarks.table import Figure, Section, machine, rows

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
# Which figures a reader of the README wants: the module, and how the figure begins.
QUOTED = (
    ("search", "right answer first"),
    ("search", "nonsense refused"),
    ("search", "p99 of a query"),
    ("start", "`paperboy ask` over the seeds"),
    ("start", "resident memory of a bot"),
    ("slack_load", "ack, p99 beside a bare Bolt app"),
    ("discord_load", "first answers over 3 s"),
    ("digest", "10000 channels posted, local runner"),
    ("digest_kills", "200 × kill -9 of the local runner"),
    ("digest_kills", "200 × kill -9 of three replicas"),
)


def quoting(readme: str, sections: Sequence[Section]) -> str:
    """Return a README with the main figures of a run between its marks, as far as they were measured."""
    found = list(quoted(sections))
    table = f"{rows(found)}\nMachine: {machine()}. All of them: [docs/benchmarks.md](docs/benchmarks.md).\n"
    between = f"{BEGIN}\n{table if found else ''}{END}"
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: between, readme, flags=re.DOTALL)


def quoted(sections: Iterable[Section]) -> Iterable[Figure]:
    """Yield the main figures, in the order in which they are quoted."""
    by_name = {section.name: section.figures for section in sections}
    for name, beginning in QUOTED:
        yield from (figure for figure in by_name.get(name, ()) if figure.what.startswith(beginning))
