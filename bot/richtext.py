"""Spans: the only text that platforms see marked up. A span is ink; each adapter escapes and draws it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True, slots=True)
class Mention:
    """A person by the platform's id; `name` stands in where a platform can't point at people."""

    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class ChannelName:
    """A channel of the readers' own workspace by the platform's id; `text` stands in where it can't be pointed at."""

    channel_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant (UTC) that a platform may show in the reader's own zone; `text` says it in the channel's."""

    at: datetime
    text: str


Span = Text | Bold | Code | Link | Mention | ChannelName | Moment
Spans = tuple[Span, ...]
_CODE = re.compile(r"`([^`\n]{1,200})`")


def with_moments(text: str, moments: Iterable[Moment]) -> Spans:
    """Return a sentence in which the first words that say a moment are that moment; commands in backticks are code."""
    spans: Spans = tuple(
        Code(part) if index % 2 else Text(part) for index, part in enumerate(_CODE.split(text)) if part
    )
    for moment in moments:
        spans = tuple(_with_moment(spans, moment))
    return spans


def _with_moment(spans: Spans, moment: Moment) -> Iterable[Span]:
    found = False
    for span in spans:
        if found or not isinstance(span, Text) or moment.text not in span.text:
            yield span
            continue
        found = True
        before, _, after = span.text.partition(moment.text)
        yield from (part for part in (Text(before), moment, Text(after)) if part.text)


def plain(spans: Iterable[Span]) -> str:
    """Return the words of spans without their marks; a link's address follows it unless the words are it."""
    return "".join(_plain(span) for span in spans)


def _plain(span: Span) -> str:
    match span:
        case Link(text=text, url=url) if text != url:
            return f"{text} ({url})"
        case Mention(name=name):
            return f"@{name}"
        case _:
            return span.text
