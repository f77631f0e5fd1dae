"""Sentences for people: a template with its values, put in the reader's language at the last moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """Hold an English template (the catalogue's key) and the values its braces name."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format_map(self.values) if self.values else self.template


def sentence(template: str, /, **values: object) -> Sentence:
    """Build a sentence; the catalogue check finds every template by this function's name."""
    return Sentence(template, values)
