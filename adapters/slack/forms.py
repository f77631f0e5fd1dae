"""What modals are made of: the frame, its fields, and the reading of what was filled in; pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack.blocks import Drawn, plain

OPTION_CHARACTERS = 75
TITLE_CHARACTERS = 24
# A submission's fields as Slack sends them: by block id, then by action id, which are the same here.
Values = Mapping[str, Mapping[str, Any]]


def modal(kind: str, title: str, submit: str, close: str, metadata: str, blocks: Sequence[Drawn]) -> Drawn:
    """Draw a modal; `metadata` comes back with its submission."""
    return {
        "type": "modal",
        "callback_id": kind,
        "title": plain(title, TITLE_CHARACTERS),
        "submit": plain(submit, TITLE_CHARACTERS),
        "close": plain(close, TITLE_CHARACTERS),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def labelled(label: str, element: Drawn) -> Drawn:
    """Draw a field that may stay empty."""
    return {
        "type": "input",
        "block_id": element["action_id"],
        "optional": True,
        "label": plain(label, OPTION_CHARACTERS),
        "element": element,
    }


def option(label: str, value: str) -> Drawn:
    """Draw one option of a select."""
    return {"text": plain(label, OPTION_CHARACTERS), "value": value}


def field(values: Values, name: str) -> Mapping[str, Any]:
    """Return what was filled into a field."""
    return values.get(name, {}).get(name) or {}


def chosen(values: Values, name: str) -> str | None:
    """Return the value of the chosen option."""
    option = field(values, name).get("selected_option")
    return str(option["value"]) if option else None


def ticked(values: Values, name: str) -> list[str]:
    """Return the values of the chosen options, in their order."""
    return [str(option["value"]) for option in field(values, name).get("selected_options") or ()]
