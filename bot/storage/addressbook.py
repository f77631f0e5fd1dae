"""What adapters tell of channels coming and going: the `Addressbook` port over our tables."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Engine

from bot.model import Channel, ChannelAddress
from bot.ports import Clock
from bot.sentences import Sentence, sentence
from bot.storage import settling
from bot.storage.alerts import forget_workspace
from bot.storage.channels import channels_of, move_channel, read_channel, workspaces_of
from bot.storage.engine import snapshot, transaction

Result = TypeVar("Result")
_log = logging.getLogger(__name__)


class StoredAddressbook:
    """Let channels rest, wake and move; a channel that nobody configured is none of ours."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def closed(self, address: ChannelAddress, reason: Sentence) -> None:
        """Let a channel rest: deleted, archived, or closed to the bot."""
        if await self._write(lambda connection: self._rest(connection, address, reason)):
            _log.warning("%s rests: %s", address, reason)

    async def opened(self, address: ChannelAddress) -> None:
        """Wake a resting channel."""
        if await self._write(lambda connection: self._wake(connection, address)):
            _log.info("%s is open again", address)

    async def moved(self, old: ChannelAddress, new: ChannelAddress) -> None:
        """Carry everything of a channel over to its new id."""
        if await self._write(lambda connection: move_channel(connection, old, new)):
            _log.info("%s is now %s", old, new)

    async def workspace_left(self, platform: str, workspace: str) -> None:
        """Let every channel of a workspace rest."""
        for address in await self.channels_of(platform, workspace):
            await self.closed(address, sentence("I was removed from the workspace. Install me there again."))

    async def workspace_joined(self, platform: str, workspace: str) -> None:
        """Wake the channels of a workspace, and trust its credentials again."""
        await self._write(lambda connection: self._trust(connection, platform, workspace))
        for address in await self.channels_of(platform, workspace):
            await self.opened(address)

    async def workspaces_of(self, platform: str) -> Sequence[str]:
        """Return the workspaces of a platform that have a channel, sorted."""
        return await self._read(lambda connection: workspaces_of(connection, platform))

    async def channels_of(self, platform: str, workspace: str) -> Sequence[ChannelAddress]:
        """Return the channels of a workspace that have a rule, sorted."""
        return await self._read(lambda connection: channels_of(connection, platform, workspace))

    async def channel(self, address: ChannelAddress) -> Channel | None:
        """Return a channel as it is configured."""
        return await self._read(lambda connection: read_channel(connection, address))

    async def previews_wanted(self, address: ChannelAddress) -> bool:
        """Tell whether a channel asked for link previews."""
        channel = await self.channel(address)
        return channel is not None and channel.options.previews

    async def crosspost_wanted(self, address: ChannelAddress) -> bool:
        """Tell whether a channel asked that its posts be published to the channels that follow it."""
        channel = await self.channel(address)
        return channel is not None and channel.options.crosspost

    async def language_of(self, address: ChannelAddress) -> str | None:
        """Return the language a channel chose for public posts; `both` has Korean sentences."""
        channel = await self.channel(address)
        if channel is None:
            return None
        return "en" if channel.language == "en" else "ko"

    def _rest(self, connection: Connection, address: ChannelAddress, reason: Sentence) -> bool:
        channel = read_channel(connection, address)
        return channel is not None and settling.rest(connection, channel.id, self._clock.now(), reason)

    @staticmethod
    def _trust(connection: Connection, platform: str, workspace: str) -> None:
        settling.mend(connection, platform, workspace)
        forget_workspace(connection, platform, workspace)

    def _wake(self, connection: Connection, address: ChannelAddress) -> bool:
        channel = read_channel(connection, address)
        return channel is not None and settling.wake(connection, channel.id, self._clock.now())

    async def _write(self, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with transaction(self._engine) as connection:
                return work(connection)

        return await asyncio.to_thread(run)

    async def _read(self, work: Callable[[Connection], Result]) -> Result:
        def run() -> Result:
            with snapshot(self._engine) as connection:
                return work(connection)

        return await asyncio.to_thread(run)
