"""What happens to guilds and channels in the fake: each change is made and told."""

from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.payloads import channel_payload, guild_payload, member_payload, role_payload
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.world import Channel, Guild, World


class Happenings:
    """Change the world and let the gateway tell of it."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    async def invited(self, guild: Guild) -> None:
        """The bot joins a guild that stands in the world already."""
        await self._gateway.dispatch("GUILD_CREATE", _joined(self._world, guild), guild.id)

    async def kicked(self, guild: Guild) -> None:
        """The bot is removed from a guild."""
        del self._world.guilds[guild.id]
        await self._gateway.dispatch("GUILD_DELETE", {"id": guild.id}, guild.id)

    async def deleted(self, channel: Channel) -> None:
        """A channel or thread is deleted."""
        channel.deleted = True
        event = "THREAD_DELETE" if channel.parent_id else "CHANNEL_DELETE"
        await self._gateway.dispatch(event, channel_payload(channel), channel.guild_id)

    async def silenced(self, guild: Guild, channel: Channel) -> None:
        """The bot may not speak in a channel any more."""
        channel.overwrites.append(Overwrite(guild.bot_role, 0, deny=allowed.SEND_MESSAGES))
        await self._gateway.dispatch("CHANNEL_UPDATE", channel_payload(channel), guild.id)

    async def unsilenced(self, guild: Guild, channel: Channel) -> None:
        """The bot may speak again."""
        channel.overwrites.clear()
        await self._gateway.dispatch("CHANNEL_UPDATE", channel_payload(channel), guild.id)

    async def role_changed(self, guild: Guild, bits: int) -> None:
        """The bot's role gets other permissions."""
        guild.bot_permissions = bits
        role = role_payload(guild.bot_role, "paperboy", bits, 1)
        await self._gateway.dispatch("GUILD_ROLE_UPDATE", {"guild_id": guild.id, "role": role}, guild.id)

    async def bot_loses_its_role(self, guild: Guild) -> None:
        """Somebody takes the bot's role away; the bot is told of itself, whatever its intents."""
        guild.bot_permissions = 0
        member = member_payload(self._world.bot) | {"guild_id": guild.id, "roles": []}
        await self._gateway.dispatch("GUILD_MEMBER_UPDATE", member, guild.id)

    async def thread_opened(self, thread: Channel) -> None:
        """A thread is opened."""
        await self._gateway.dispatch("THREAD_CREATE", channel_payload(thread), thread.guild_id)

    async def thread_changed(self, thread: Channel, *, archived: bool, locked: bool) -> None:
        """A thread is archived or locked, or opened again."""
        thread.archived, thread.locked = archived, locked
        await self._gateway.dispatch("THREAD_UPDATE", channel_payload(thread), thread.guild_id)


def _joined(world: World, guild: Guild) -> dict[str, object]:
    """Write a guild as it comes when the bot is invited: with nothing said of availability."""
    return {name: value for name, value in guild_payload(world, guild).items() if name != "unavailable"}
