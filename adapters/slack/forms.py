"""Draw the modals and read their fields back; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.blocks import Drawn, plain, sections
from adapters.slack.mrkdwn import spans_of
from adapters.slack.render import draw
from bot.cards import authors_in_short
from bot.message import Reply
from bot.model import FiledEntry, Style
from bot.words import Words

SEARCH = "paperboy.search"
SETTINGS = "paperboy.settings"
CHOSEN_ENTRY = "paperboy.entry"
CHOSEN_ZONE = "paperboy.zone"
WORDS = "paperboy.words"
_TIME = "paperboy.time"
_DAYS = "paperboy.days"
_LANGUAGE = "paperboy.language"
_STYLE = "paperboy.style"

OPTION_CHARACTERS = 75
TITLE_CHARACTERS = 24
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# What the settings show of themselves above the form.
_SHOWN_BLOCKS = 20


def search_view(words: Words, metadata: str) -> Drawn:
    """Draw the search box: a note to choose while typing, or words to search for."""
    select: Drawn = {
        "type": "external_select",
        "action_id": CHOSEN_ENTRY,
        "min_query_length": 0,
        "placeholder": plain(words.gettext("Title, author, tag …"), OPTION_CHARACTERS),
    }
    typed: Drawn = {"type": "plain_text_input", "action_id": WORDS, "max_length": 300}
    return _modal(
        SEARCH,
        words.gettext("Find a note"),
        words.gettext("Find"),
        words.gettext("Close"),
        metadata,
        [
            _input(CHOSEN_ENTRY, words.gettext("A note"), select),
            _input(WORDS, words.gettext("Or words to search for"), typed),
        ],
    )


def settings_view(words: Words, metadata: str, current: Reply | None = None) -> Drawn:
    """Draw a channel's settings: what holds now, and a field for each; an empty field changes nothing."""
    zone: Drawn = {
        "type": "external_select",
        "action_id": CHOSEN_ZONE,
        "min_query_length": 1,
        "placeholder": plain("Asia/Seoul", OPTION_CHARACTERS),
    }
    days: Drawn = {
        "type": "multi_static_select",
        "action_id": _DAYS,
        "placeholder": plain(words.gettext("Days of the week"), OPTION_CHARACTERS),
        "options": [_option(words.weekday(number), day) for number, day in enumerate(_WEEKDAYS, start=1)],
    }
    languages = (("한국어", "ko"), ("English", "en"), (words.gettext("Both"), "both"))
    styles = ((words.gettext("Compact"), Style.COMPACT), (words.gettext("Full"), Style.FULL))
    hint = words.gettext("Fields left empty stay as they are.")
    return _modal(
        SETTINGS,
        words.gettext("Digest settings"),
        words.gettext("Save"),
        words.gettext("Close"),
        metadata,
        [
            *(list(draw(current))[:_SHOWN_BLOCKS] if current else sections(spans_of(hint))),
            _input(_TIME, words.gettext("Time"), {"type": "timepicker", "action_id": _TIME}),
            _input(CHOSEN_ZONE, words.gettext("Time zone"), zone),
            _input(_DAYS, words.gettext("Days"), days),
            _input(_LANGUAGE, words.gettext("Language"), _select(_LANGUAGE, languages)),
            _input(_STYLE, words.gettext("Style"), _select(_STYLE, styles)),
        ],
    )


def settings_words(values: Mapping[str, Any]) -> str:
    """Write the filled fields as a person would type them after `/digest set`."""
    days = (_field(values, _DAYS) or {}).get("selected_options") or ()
    parts = (
        ("at", (_field(values, _TIME) or {}).get("selected_time")),
        ("tz", _chosen(values, CHOSEN_ZONE)),
        ("on", ",".join(str(day["value"]) for day in days)),
        ("lang", _chosen(values, _LANGUAGE)),
        ("style", _chosen(values, _STYLE)),
    )
    return " ".join(f"{name} {value}" for name, value in parts if value)


def entry_option(filed: FiledEntry) -> Drawn:
    """Draw one suggested note: title, and the first author where there is room."""
    authors = authors_in_short(filed.entry, 1) if filed.entry.authors else ""
    label = f"{filed.entry.title} · {authors}" if authors else filed.entry.title
    return _option(label if len(label) <= OPTION_CHARACTERS else filed.entry.title, filed.id)


def zone_option(zone: str) -> Drawn:
    """Draw one suggested time zone."""
    return _option(zone, zone)


def _modal(kind: str, title: str, submit: str, close: str, metadata: str, blocks: Sequence[Drawn]) -> Drawn:
    return {
        "type": "modal",
        "callback_id": kind,
        "title": plain(title, TITLE_CHARACTERS),
        "submit": plain(submit, TITLE_CHARACTERS),
        "close": plain(close, TITLE_CHARACTERS),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def _input(identifier: str, label: str, element: Drawn) -> Drawn:
    return {
        "type": "input",
        "block_id": identifier,
        "optional": True,
        "label": plain(label, OPTION_CHARACTERS),
        "element": element,
    }


def _select(identifier: str, choices: Sequence[tuple[str, str]]) -> Drawn:
    options = [_option(label, value) for label, value in choices]
    return {"type": "static_select", "action_id": identifier, "options": options}


def _option(label: str, value: str) -> Drawn:
    return {"text": plain(label, OPTION_CHARACTERS), "value": value}


def _field(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name, {}).get(name)


def _chosen(values: Mapping[str, Any], name: str) -> str | None:
    chosen = (_field(values, name) or {}).get("selected_option")
    return str(chosen["value"]) if chosen else None
