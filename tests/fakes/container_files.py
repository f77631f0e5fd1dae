"""Read the Dockerfile and compose.yaml as far as the tests about them need."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_CONTINUED = re.compile(r"\\\n\s*")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its name in capitals, and the rest of it on one line."""

    name: str
    rest: str

    def words(self) -> list[str]:
        """Return the words of the exec form; fails for the shell form, which wraps the process in a shell."""
        found = json.loads(self.rest)
        assert isinstance(found, list)
        return [str(word) for word in found]


def read_stages(text: str) -> list[list[Instruction]]:
    """Return the instructions of each stage, `FROM` first; what stands before the first is left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    stages: list[list[Instruction]] = []
    for line in _CONTINUED.sub("", "\n".join(lines)).splitlines():
        name, _, rest = line.strip().partition(" ")
        if name == "FROM":
            stages.append([])
        if name and stages:
            stages[-1].append(Instruction(name, rest.strip()))
    return stages


def read_compose(text: str) -> dict[str, Any]:
    """Return compose.yaml with its anchors resolved, nothing interpolated."""
    found: dict[str, Any] = yaml.safe_load(text)
    return found
