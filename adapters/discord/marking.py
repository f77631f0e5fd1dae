"""Put a delivery's id into its message, and recognise it there. Pure."""

from dataclasses import replace

import discord

from adapters.discord.controls import BUTTON, mark
from adapters.discord.draft import CONTENT_UNITS, Draft
from adapters.discord.markdown import exceeds


def marked(draft: Draft, delivery_id: str) -> Draft:
    """Return a draft that carries a delivery's id: unseen in a button, else as small print."""
    rows = mark(draft.rows, delivery_id)
    if rows is not None:
        return replace(draft, rows=rows)
    if draft.embeds:
        last = replace(draft.embeds[-1], footer=" · ".join(filter(None, (draft.embeds[-1].footer, delivery_id))))
        return replace(draft, embeds=(*draft.embeds[:-1], last))
    small = f"{draft.content}\n-# {delivery_id}".lstrip("\n")
    return replace(draft, content=small) if not exceeds(small, CONTENT_UNITS) else draft


def carries(message: discord.Message, delivery_id: str) -> bool:
    """Tell whether a message carries a delivery's id."""
    if any((embed.footer.text or "").endswith(delivery_id) for embed in message.embeds):
        return True
    return message.content.endswith(f"-# {delivery_id}") or any(
        delivery_id == _delivery(custom_id) for custom_id in _custom_ids(message)
    )


def _delivery(custom_id: str) -> str | None:
    found = BUTTON.fullmatch(custom_id)
    return found["delivery"] if found else None


def _custom_ids(message: discord.Message) -> list[str]:
    return [
        child.custom_id
        for row in message.components
        if isinstance(row, discord.ActionRow)
        for child in row.children
        if isinstance(child, discord.Button) and child.custom_id
    ]
