"""Check blocks and views against Slack's published limits; each violation is a sentence."""

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

# Measured over all text of a message's blocks; beyond it Slack answers msg_blocks_too_long.
MESSAGE_CHARACTERS = 13_200
_MARKUP = re.compile(r"<[^<>]*>")
_ALLOWED_MARKUP = re.compile(
    r"<(?:https?://[^\s<>|]+(?:\|[^<>]+)?|mailto:[^<>|]+(?:\|[^<>]+)?|@[UW][A-Z0-9]+|#C[A-Z0-9]+"
    r"|!date\^\d+\^[^<>|^]+(?:\^https?://[^<>|]+)?\|[^<>]+)>"
)
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


def message_violations(text: object, blocks: object) -> Iterator[str]:
    """Say what is wrong with a message's text and blocks."""
    if not isinstance(text, str) or not text.strip():
        yield "a message without text"
    elif len(text) > 4000:
        yield f"text of {len(text)} characters"
    else:
        yield from _mrkdwn(text, 4000, "text")
    blocks = blocks or []
    if not isinstance(blocks, list):
        yield "blocks are not a list"
        return
    if len(blocks) > 50:
        yield f"{len(blocks)} blocks in a message"
    yield from _blocks(blocks)
    written = sum(len(text) for block in blocks for text in _texts(block))
    if written > MESSAGE_CHARACTERS:
        yield f"{written} characters of block text"


def view_violations(view: Json) -> Iterator[str]:
    """Say what is wrong with a modal or a Home tab."""
    blocks = view.get("blocks", [])
    if len(blocks) > 100:
        yield f"{len(blocks)} blocks in a view"
    if view.get("type") == "modal":
        for part in ("title", "submit", "close"):
            if part in view:
                yield from _plain(view[part], 24, f"modal {part}")
        if "title" not in view:
            yield "a modal without a title"
        if any(block.get("type") == "input" for block in blocks) and "submit" not in view:
            yield "a modal with inputs but no submit"
    if len(view.get("private_metadata", "")) > 3000:
        yield "private_metadata over 3000"
    if len(view.get("callback_id", "")) > 255:
        yield "callback_id over 255"
    yield from _blocks(blocks)


def option_violations(options: object) -> Iterator[str]:
    """Say what is wrong with the options of a select."""
    if not isinstance(options, list):
        yield "options are not a list"
        return
    if len(options) > 100:
        yield f"{len(options)} options"
    for option in options:
        yield from _plain(option.get("text"), 75, "option text")
        if not 1 <= len(str(option.get("value", ""))) <= 75:
            yield "option value empty or over 75"


def _blocks(blocks: list[Json]) -> Iterator[str]:
    identifiers = [block["block_id"] for block in blocks if "block_id" in block]
    if len(identifiers) != len(set(identifiers)):
        yield "block ids are not unique"
    if any(not 1 <= len(identifier) <= 255 for identifier in identifiers):
        yield "block_id empty or over 255"
    for block in blocks:
        yield from _block(block)


def _block(block: Json) -> Iterator[str]:
    checks: dict[object, Callable[[Json], Iterator[str]]] = {
        "section": _section,
        "header": lambda header: _plain(header.get("text"), 150, "header"),
        "context": _context,
        "actions": _actions,
        "input": _input,
        "divider": lambda _: iter(()),
    }
    check = checks.get(block.get("type"))
    if check is None:
        yield f"a block of type {block.get('type')}"
    else:
        yield from check(block)


def _section(block: Json) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield "a section without text"
    if "text" in block:
        yield from _text(block["text"], 3000, "section")
    if len(block.get("fields", [])) > 10:
        yield "over 10 fields"
    for part in block.get("fields", []):
        yield from _text(part, 2000, "field")
    if "accessory" in block:
        yield from _element(block["accessory"])


def _context(block: Json) -> Iterator[str]:
    if not 1 <= len(block.get("elements", [])) <= 10:
        yield "context without elements or with over 10"
    for part in block.get("elements", []):
        yield from _text(part, 3000, "context")


def _actions(block: Json) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= 25:
        yield "actions without elements or with over 25"
    identifiers = [element.get("action_id") for element in elements]
    if len(identifiers) != len(set(identifiers)):
        yield "action ids are not unique"
    for element in elements:
        yield from _element(element)


def _input(block: Json) -> Iterator[str]:
    yield from _plain(block.get("label"), 2000, "label")
    if "hint" in block:
        yield from _plain(block["hint"], 2000, "hint")
    yield from _element(block.get("element", {}))


def _element(element: Json) -> Iterator[str]:
    if not 1 <= len(element.get("action_id", "")) <= 255:
        yield "action_id empty or over 255"
    if "placeholder" in element:
        yield from _plain(element["placeholder"], 150, "placeholder")
    match element.get("type"):
        case "button":
            yield from _plain(element.get("text"), 75, "button")
            if len(element.get("value", "")) > 2000:
                yield "button value over 2000"
            if len(element.get("url", "")) > 3000:
                yield "button url over 3000"
        case "external_select":
            if not 0 <= element.get("min_query_length", 3) <= 150:
                yield "min_query_length"
        case "static_select" | "multi_static_select" | "checkboxes":
            yield from option_violations(element.get("options"))
            yield from _initial(element)
        case "plain_text_input" | "timepicker":
            pass
        case other:
            yield f"an element of type {other}"


def _initial(element: Json) -> Iterator[str]:
    """What is filled in must be one of the options, to the letter, and a list of such must not be empty."""
    if element.get("initial_options") == []:
        yield "initial_options is empty"
    for filled in [*element.get("initial_options", []), *filter(None, [element.get("initial_option")])]:
        if filled not in element["options"]:
            yield f"initial option {filled} is not among the options"


def _text(part: object, most: int, where: str) -> Iterator[str]:
    match part:
        case {"type": "plain_text"}:
            yield from _plain(part, most, where)
        case {"type": "mrkdwn", "text": str(text)}:
            yield from _mrkdwn(text, most, where)
        case _:
            yield f"{where} is not a text"


def _mrkdwn(text: str, most: int, where: str) -> Iterator[str]:
    if not 1 <= len(text) <= most:
        yield f"{where} of {len(text)} characters"
    for markup in _MARKUP.findall(text):
        if not _ALLOWED_MARKUP.fullmatch(markup):
            yield f"{where} holds {markup[:60]}"
    bare = _MARKUP.sub("", text)
    if "<" in bare or ">" in bare.replace("\n>", "\n").removeprefix(">") or _ENTITY.search(bare):
        yield f"{where} is not escaped: {bare[:60]!r}"
    if "\0" in text:
        yield f"{where} holds NUL"


def _plain(part: object, most: int, where: str) -> Iterator[str]:
    match part:
        case {"type": "plain_text", "text": str(text)}:
            if not 1 <= len(text) <= most:
                yield f"{where} of {len(text)} characters"
        case _:
            yield f"{where} is not a plain_text"


def _texts(part: object) -> Iterator[str]:
    match part:
        case {"type": "mrkdwn" | "plain_text", "text": str(text)}:
            yield text
        case dict():
            for value in part.values():
                yield from _texts(value)
        case list():
            for value in part:
                yield from _texts(value)
