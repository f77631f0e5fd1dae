"""Register the commands with Discord once per changed set, globally or in named guilds, and nowhere else."""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import app_commands

from adapters.discord import faults
from bot.ports import Memory

_KIND = "discord.commands"
_EVERYWHERE = "everywhere"
_log = logging.getLogger(__name__)


class Registration:
    """Compare what Discord was last told with what there is to tell. A place is a guild's id or `everywhere`."""

    def __init__(self, tree: app_commands.CommandTree[Any], memory: Memory, guilds: Sequence[int]) -> None:
        self._tree = tree
        self._memory = memory
        self._places = tuple(str(guild) for guild in guilds) or (_EVERYWHERE,)

    async def register(self, application_id: int) -> None:
        """Tell Discord of the commands where they changed; a refusal is logged, and tried again at the next start."""
        digest = await self._digest()
        for place in self._places:
            key = f"{application_id}/{place}"
            if await self._memory.recall(_KIND, key) == digest:
                continue
            if await self._told(self._sync(place)):
                await self._memory.remember(_KIND, key, digest)
                _log.info("the commands are registered")
        await self._leave_others(application_id)

    async def _leave_others(self, application_id: int) -> None:
        """Take the commands back from where they were told before: who had both would see each of them twice."""
        key = f"{application_id}/places"
        before = (await self._memory.recall(_KIND, key) or _EVERYWHERE).split()
        kept = [place for place in before if place not in self._places and not await self._taken_back(place)]
        now = " ".join([*self._places, *kept])
        if now != " ".join(before):
            await self._memory.remember(_KIND, key, now)

    async def _taken_back(self, place: str) -> bool:
        client = self._tree.client
        application_id = client.application_id or 0
        known = f"{application_id}/{place}"
        if await self._memory.recall(_KIND, known) in (None, ""):
            return True
        taken = (
            client.http.bulk_upsert_global_commands(application_id, [])
            if place == _EVERYWHERE
            else client.http.bulk_upsert_guild_commands(application_id, int(place), [])
        )
        done = await self._told(taken)
        if done:
            await self._memory.remember(_KIND, known, "")
        return done

    async def _told(self, telling: Any) -> bool:
        try:
            await telling
        except (*faults.SDK_ERRORS, app_commands.AppCommandError) as error:
            _log.warning("the commands could not be registered: %s", f"{type(error).__name__} {error}"[:300])
            return False
        return True

    async def _sync(self, place: str) -> None:
        if place == _EVERYWHERE:
            await self._tree.sync()
            return
        guild = discord.Object(int(place))
        self._tree.copy_global_to(guild=guild)
        await self._tree.sync(guild=guild)

    async def _digest(self) -> str:
        translator = self._tree.translator
        if translator is None:
            written = [command.to_dict(self._tree) for command in _all(self._tree)]
        else:
            written = [await command.get_translated_payload(self._tree, translator) for command in _all(self._tree)]
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()


def _all(tree: app_commands.CommandTree[Any]) -> Iterable[Any]:
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message)
    return [command for kind in kinds for command in tree.get_commands(type=kind)]
