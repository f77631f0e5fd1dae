"""A message as it is kept in the ledger and sent: content, embeds, rows of components, as one JSON text. Pure."""

import json
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord.markdown import units

CONTENT_UNITS = 2000
EMBEDS = 10
EMBED_UNITS = 6000  # over all embeds of a message
TITLE_UNITS = 256
DESCRIPTION_UNITS = 4096
ROWS = 5
BUTTONS_A_ROW = 5
LABEL_UNITS = 80
BUTTON_URL_UNITS = 512
CUSTOM_ID_UNITS = 100
OPTIONS = 25
OPTION_UNITS = 100
NAME_UNITS = 100  # of a thread or a forum post

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Embed:
    """One embed."""

    description: str
    title: str | None = None
    url: str | None = None
    footer: str | None = None

    @property
    def units(self) -> int:
        """Count what Discord counts."""
        return sum(units(part) for part in (self.description, self.title, self.footer) if part)

    def to_json(self) -> Json:
        """Return the embed as the API takes it."""
        shown: Json = {"type": "rich", "description": self.description or None, "title": self.title, "url": self.url}
        if self.footer:
            shown["footer"] = {"text": self.footer}
        return {name: value for name, value in shown.items() if value}


@dataclass(frozen=True, slots=True)
class Button:
    """One button; its state is its `custom_id`."""

    label: str
    custom_id: str
    primary: bool = False

    def to_json(self) -> Json:
        """Return the button as the API takes it."""
        return {"type": 2, "style": 1 if self.primary else 2, "label": self.label, "custom_id": self.custom_id}


@dataclass(frozen=True, slots=True)
class LinkButton:
    """One button that opens a web page; Discord tells nobody that it was pressed."""

    label: str
    url: str

    def to_json(self) -> Json:
        """Return the button as the API takes it."""
        return {"type": 2, "style": 5, "label": self.label, "url": self.url}


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a select; its value is a command's code. `chosen` is what is shown as chosen already."""

    label: str
    value: str
    description: str | None = None
    chosen: bool = False

    def to_json(self) -> Json:
        """Return the option as the API takes it."""
        shown: Json = {"label": self.label, "value": self.value}
        shown |= {"description": self.description} if self.description else {}
        return shown | ({"default": True} if self.chosen else {})


@dataclass(frozen=True, slots=True)
class Select:
    """One select: of `many` any number of options can be chosen, also none."""

    custom_id: str
    placeholder: str
    options: tuple[Option, ...]
    many: bool = False

    def to_json(self) -> Json:
        """Return the select as the API takes it."""
        shown: Json = {"type": 3, "custom_id": self.custom_id, "placeholder": self.placeholder}
        shown |= {"min_values": 0, "max_values": len(self.options)} if self.many else {}
        return shown | {"options": [option.to_json() for option in self.options]}


Row = tuple[Button | LinkButton, ...] | Select


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to be. `name` heads the thread or forum post it may open, `tags` are what a forum may show of it."""

    content: str = ""
    embeds: tuple[Embed, ...] = ()
    rows: tuple[Row, ...] = ()
    name: str = ""
    tags: tuple[str, ...] = ()

    def components(self) -> list[Json]:
        """Return the rows as the API takes them."""
        return [
            {"type": 1, "components": [row.to_json()] if isinstance(row, Select) else [one.to_json() for one in row]}
            for row in self.rows
        ]

    def write(self) -> str:
        """Return the draft as text."""
        kept: Json = {"content": self.content, "embeds": [_kept(embed) for embed in self.embeds]}
        kept["rows"] = [_kept(row) if isinstance(row, Select) else [_kept(one) for one in row] for row in self.rows]
        kept |= {"name": self.name, "tags": self.tags}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> "Draft":
        """Read a draft back."""
        kept = json.loads(text)
        return cls(
            content=kept["content"],
            embeds=tuple(Embed(**one) for one in kept["embeds"]),
            rows=tuple(_row(row) for row in kept["rows"]),
            name=kept["name"],
            tags=tuple(kept["tags"]),
        )

    def with_row(self, row: Row) -> "Draft":
        """Return the draft with one row more; the caller sees to the limit."""
        return replace(self, rows=(*self.rows, row))


def _row(kept: Any) -> Row:
    if isinstance(kept, list):
        return tuple(LinkButton(**one) if "url" in one else Button(**one) for one in kept)
    return Select(**{**kept, "options": tuple(Option(**one) for one in kept["options"])})


def _kept(part: Embed | Button | LinkButton | Option | Select) -> Json:
    kept = {name: getattr(part, name) for name in part.__slots__}
    if isinstance(part, Select):
        kept["options"] = [_kept(option) for option in part.options]
    return kept
