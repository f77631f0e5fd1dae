"""Take commands and what they print out of Markdown documents."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHELL = frozenset({"", "sh", "bash", "console", "shell"})
# Above a block whose commands can't run in a test: why they can't.
NOT_RUN = re.compile(r"<!-- not run: (?P<reason>\S.*) -->")
_FENCE = re.compile(r"^\s*```(?P<info>[\w-]*)\s*$")
_INLINE = re.compile(r"`((?:uv run )?paperboy(?: [^`]+)?)`")
# What stands for something in a command that is only talked about.
_PLACEHOLDERS = {"DATE": "2024-04-17", "ADDRESS": "console:local/main"}
_LEFT_OUT = re.compile(r"^(?:.*…|\[.*|.*\|.*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of shell: where it begins, its lines, and why it isn't run, None where it is."""

    file: Path
    line: int
    lines: tuple[str, ...]
    not_run: str | None

    def commands(self) -> list[tuple[str, list[str] | None]]:
        """Return each command with the lines it is shown to print, None where nothing is shown.

        In a transcript commands begin with `$ `; in any other block every line is one. Lines that end in a
        backslash are joined, comments are left out.
        """
        lines = "\n".join(self.lines).replace("\\\n", " ").splitlines()
        if not any(line.startswith("$ ") for line in lines):
            return [(line.strip(), None) for line in lines if line.strip() and not line.lstrip().startswith("#")]
        found: list[tuple[str, list[str] | None]] = []
        for line in lines:
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found and (shown := found[-1][1]) is not None:
                shown.append(line.rstrip())
        return found


def blocks(file: Path) -> Iterator[Block]:
    """Yield the shell blocks of a document."""
    lines = file.read_text(encoding="utf-8").splitlines()
    number = 0
    while number < len(lines):
        opened = _FENCE.match(lines[number])
        number += 1
        if opened is None:
            continue
        start = number
        while not lines[number].strip().startswith("```"):
            number += 1
        if opened["info"] in SHELL:
            marked = NOT_RUN.fullmatch(lines[start - 2].strip()) if start > 1 else None
            yield Block(file, start, tuple(lines[start:number]), marked["reason"] if marked else None)
        number += 1


def inline_commands(file: Path) -> Iterator[list[str]]:
    """Yield the arguments of each `paperboy …` that a document's sentences name, placeholders filled."""
    text = re.sub(r"^\s*```.*?^\s*```", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for found in _INLINE.finditer(text):
        words = shlex.split(found[1].removeprefix("uv run "))[1:]
        yield [_PLACEHOLDERS.get(word, word) for word in words if not _LEFT_OUT.match(word)]


def agrees(shown: list[str], printed: list[str]) -> bool:
    """Say whether what is printed is what a document shows; a line `…` stands for any lines, dates for any dates."""
    expected, actual = _bare(shown), _bare(printed)
    at = 0
    skipping = False
    for line in expected:
        if line.strip("│ ") == "…":
            skipping = True
            continue
        found = next((here for here in range(at, len(actual)) if actual[here] == line), None)
        if found is None or (found != at and not skipping):
            return False
        at, skipping = found + 1, False
    return skipping or at == len(actual)


def _bare(lines: list[str]) -> list[str]:
    dated = [re.sub(r"\d{4}-\d{2}-\d{2}", "DATE", line.rstrip()) for line in lines]
    named = [re.sub(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b", "DAY", line) for line in dated]
    return [line for line in named if line.strip()]
