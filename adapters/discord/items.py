"""Buttons and selects that work after a restart: their whole state stands in their `custom_id`."""

import re
from typing import TYPE_CHECKING, Any, Self, cast

import discord

from adapters.discord.controls import BUTTON, PAGE, SELECT

if TYPE_CHECKING:
    from adapters.discord.client import Events


class CommandButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=BUTTON):
    """A button that stands for a command."""

    def __init__(self, item: discord.ui.Button[Any], code: str) -> None:
        super().__init__(item)
        self._code = code

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the button's state back."""
        return cls(cast("discord.ui.Button[Any]", item), match["code"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button stands for."""
        await _events(interaction).pressed(interaction, self._code)


class PageButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=PAGE):
    """A button that shows a further page of an answer."""

    def __init__(self, item: discord.ui.Button[Any], page: int, code: str) -> None:
        super().__init__(item)
        self._page = page
        self._code = code

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the button's state back."""
        return cls(cast("discord.ui.Button[Any]", item), int(match["page"]), match["code"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Show the page."""
        await _events(interaction).pressed(interaction, self._code, page=self._page)


class CommandSelect(discord.ui.DynamicItem[discord.ui.Select[Any]], template=SELECT):
    """A select whose options stand for commands."""

    def __init__(self, item: discord.ui.Select[Any]) -> None:
        super().__init__(item)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Read the select back."""
        return cls(cast("discord.ui.Select[Any]", item))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the chosen options stand for."""
        await _events(interaction).chosen(interaction, self.custom_id, self.item.values)


ITEMS = (CommandButton, PageButton, CommandSelect)


def is_ours(custom_id: str) -> bool:
    """Tell whether one of the items above takes care of a component."""
    return any(pattern.fullmatch(custom_id) for pattern in (BUTTON, PAGE, SELECT))


class Rows(discord.ui.View):
    """Rows that are ready to be sent; nothing of them is kept in memory."""

    def __init__(self, components: list[dict[str, Any]]) -> None:
        super().__init__(timeout=None)
        self._components = components
        self.stop()

    def to_components(self) -> list[dict[str, Any]]:
        """Return the rows as the API takes them."""
        return self._components


def _events(interaction: discord.Interaction[Any]) -> "Events":
    return cast("Events", interaction.client)
