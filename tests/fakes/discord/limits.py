"""Refuse what Discord refuses: every length and count of a message, its embeds and its components."""

import re
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]

_CUSTOM_ID_TYPES = (2, 3, 4, 5, 6, 7, 8)
_URL = re.compile(r"https?://[^\s/]+\.?[^\s]*")


def units(text: object) -> int:
    """Count as the strictest counter does: UTF-16 code units."""
    return len(str(text).encode("utf-16-le", "surrogatepass")) // 2


def message_faults(body: Body, *, must_say_something: bool = True) -> list[str]:
    """Return what is wrong with a message body, empty where it is fine."""
    return list(_message(body, must_say_something))


def modal_faults(data: Body) -> list[str]:
    """Return what is wrong with a modal."""
    faults = [] if units(data.get("title", "")) <= 45 else ["title: 45"]
    rows = data.get("components", [])
    if not 1 <= len(rows) <= 5:
        faults.append("components: 1 to 5 rows")
    return faults


def choices_faults(choices: list[Body]) -> list[str]:
    """Return what is wrong with autocomplete choices."""
    faults = ["choices: 25"] if len(choices) > 25 else []
    for choice in choices:
        if not 1 <= units(choice["name"]) <= 100 or not 1 <= units(choice["value"]) <= 100:
            faults.append(f"choice: {choice}")
    return faults


def _message(body: Body, must_say_something: bool) -> Iterator[str]:
    embeds = body.get("embeds") or []
    components = body.get("components") or []
    if units(body.get("content") or "") > 2000:
        yield "content: 2000"
    if len(embeds) > 10:
        yield "embeds: 10"
    if must_say_something and not (body.get("content") or "").strip() and not embeds and not components:
        yield "empty message"
    if sum(_embed_units(embed) for embed in embeds) > 6000:
        yield "embeds: 6000 in all"
    for embed in embeds:
        yield from _embed(embed)
    yield from _rows(components)
    if units(body.get("nonce") or "") > 25:
        yield "nonce: 25"
    if body.get("allowed_mentions", {}).get("parse") != []:
        yield "allowed_mentions: this project never lets a message mention anybody"


def _embed_units(embed: Body) -> int:
    parts = [embed.get("title"), embed.get("description"), (embed.get("footer") or {}).get("text")]
    parts.append((embed.get("author") or {}).get("name"))
    parts += [part for field in embed.get("fields") or [] for part in (field["name"], field["value"])]
    return sum(units(part) for part in parts if part)


def _embed(embed: Body) -> Iterator[str]:
    limits = {"title": 256, "description": 4096, "url": 2048}
    for name, most in limits.items():
        if units(embed.get(name) or "") > most:
            yield f"embed.{name}: {most}"
    if embed.get("url") and not _URL.fullmatch(embed["url"]):
        yield f"embed.url: {embed['url']!r}"
    if units((embed.get("footer") or {}).get("text") or "") > 2048:
        yield "embed.footer: 2048"
    for field in embed.get("fields") or []:
        if not 1 <= units(field["name"]) <= 256 or not 1 <= units(field["value"]) <= 1024:
            yield "embed.field"
    if len(embed.get("fields") or []) > 25:
        yield "embed.fields: 25"
    if not any(str(embed.get(name) or "").strip() for name in ("title", "description")) and not embed.get("fields"):
        yield "embed: empty"


def _rows(rows: list[Body]) -> Iterator[str]:
    if len(rows) > 5:
        yield "components: 5 rows"
    ids = [one.get("custom_id") for row in rows for one in row["components"] if one["type"] in _CUSTOM_ID_TYPES]
    given = [one for one in ids if one is not None]
    if len(set(given)) != len(given):
        yield "custom_id: said twice"
    for row in rows:
        items = row["components"]
        kinds = {item["type"] for item in items}
        if row["type"] != 1 or not 1 <= len(items) <= 5 or (kinds != {2} and len(items) != 1):
            yield "row: 5 buttons or one select"
        for item in items:
            yield from _button(item) if item["type"] == 2 else _select(item)


def _button(button: Body) -> Iterator[str]:
    if not 1 <= units(button.get("label") or (button.get("emoji") and "x") or "") <= 80:
        yield f"button.label: {button.get('label')!r}"
    if button["style"] == 5:
        if units(button.get("url") or "") not in range(1, 513):
            yield "button.url"
    elif not 1 <= units(button.get("custom_id") or "") <= 100:
        yield f"button.custom_id: {button.get('custom_id')!r}"


def _select(select: Body) -> Iterator[str]:
    options = select.get("options") or []
    if not 1 <= units(select["custom_id"]) <= 100 or units(select.get("placeholder") or "") > 150:
        yield "select.custom_id or placeholder"
    if not 1 <= len(options) <= 25:
        yield "select.options: 1 to 25"
    values = [option["value"] for option in options]
    if len(set(values)) != len(values):
        yield "select.options: a value said twice"
    for option in options:
        lengths = [units(option["label"]), units(option["value"])]
        if not all(1 <= length <= 100 for length in lengths) or units(option.get("description") or "") > 100:
            yield f"select.option: {option}"
