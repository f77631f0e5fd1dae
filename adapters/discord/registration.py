"""Register the commands with Discord once per changed set, globally or in named guilds."""

import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from adapters.discord import faults
from bot.ports import Memory

_KIND = "discord.commands"
_log = logging.getLogger(__name__)


class Registration:
    """Compare what Discord was last told with what there is to tell."""

    def __init__(self, tree: app_commands.CommandTree[Any], memory: Memory, guilds: Sequence[int]) -> None:
        self._tree = tree
        self._memory = memory
        self._guilds = guilds

    async def register(self, application_id: int) -> None:
        """Tell Discord of the commands where they changed; a refusal is logged, and tried again at the next start."""
        digest = await self._digest()
        for guild_id in self._guilds or (None,):
            key = f"{application_id}/{guild_id or 'everywhere'}"
            if await self._memory.recall(_KIND, key) == digest:
                continue
            try:
                await self._sync(guild_id)
            except (*faults.SDK_ERRORS, app_commands.AppCommandError) as error:
                _log.warning("the commands could not be registered: %s", f"{type(error).__name__} {error}"[:300])
            else:
                await self._memory.remember(_KIND, key, digest)
                _log.info("the commands are registered")

    async def _sync(self, guild_id: int | None) -> None:
        if guild_id is None:
            await self._tree.sync()
            return
        guild = discord.Object(guild_id)
        self._tree.copy_global_to(guild=guild)
        await self._tree.sync(guild=guild)

    async def _digest(self) -> str:
        translator = self._tree.translator
        if translator is None:
            written = [command.to_dict(self._tree) for command in _all(self._tree)]
        else:
            written = [await command.get_translated_payload(self._tree, translator) for command in _all(self._tree)]
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def _all(tree: app_commands.CommandTree[Any]) -> list[Any]:
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message)
    return [command for kind in kinds for command in tree.get_commands(type=kind)]
