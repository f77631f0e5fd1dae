"""Spans: the only text that platforms see marked up. A span is ink; each adapter escapes and draws it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words."""

    text: str


@dataclass(frozen=True, slots=True)
class Bold:
    """Words that stand out."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Words to be typed as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to an http or https address."""

    text: str
    url: str


Span = Text | Bold | Code | Link
Spans = tuple[Span, ...]


def plain(spans: Iterable[Span]) -> str:
    """Return the words of spans without their marks; a link's address follows it unless the words are it."""
    return "".join(_plain(span) for span in spans)


def _plain(span: Span) -> str:
    if isinstance(span, Link) and span.text != span.url:
        return f"{span.text} ({span.url})"
    return span.text
