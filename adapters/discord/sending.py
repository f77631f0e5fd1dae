"""Send one draft: as the answer to an interaction, or into a channel."""

from typing import Any, TypedDict

import discord

from adapters.discord.draft import Draft
from adapters.discord.items import Rows


class Parts(TypedDict, total=False):
    """What discord.py's sending methods take."""

    content: str
    embeds: list[discord.Embed]
    view: discord.ui.View


def parts(draft: Draft) -> Parts:
    """Return a draft as arguments of a sending method; needs a running loop."""
    given: Parts = {}
    if draft.content:
        given["content"] = draft.content
    if draft.embeds:
        given["embeds"] = [discord.Embed.from_dict(embed.to_json()) for embed in draft.embeds]
    if draft.rows:
        given["view"] = Rows(draft.components())
    return given


def replacing(draft: Draft) -> dict[str, Any]:
    """Return a draft as arguments of an editing method: what it lacks is taken away."""
    return {
        "content": draft.content or None,
        "embeds": [discord.Embed.from_dict(embed.to_json()) for embed in draft.embeds],
        "view": Rows(draft.components()) if draft.rows else None,
    }
