"""Discord behind the adapter's five methods: the rooms of this folder, joined."""

import asyncio
import logging
from functools import partial

import aiohttp
import discord

from adapters.discord import faults
from adapters.discord.acknowledging import Acknowledgements
from adapters.discord.answers import Answers
from adapters.discord.callback import Callback
from adapters.discord.completion import Completion
from adapters.discord.connection import Connection
from adapters.discord.delivery import SEND_LIMIT, Delivery
from adapters.discord.flood import Flood
from adapters.discord.inbound import PLATFORM
from adapters.discord.languages import Languages
from adapters.discord.lifecycle import Lifecycle
from adapters.discord.mentions import Mentions
from adapters.discord.pace import Pace
from adapters.discord.registration import Registration
from adapters.discord.render import draft_delivery
from adapters.discord.settings import DiscordSettings
from adapters.discord.sharding import new_client
from adapters.discord.speaking import Translator
from adapters.discord.tree import Tree, add_commands
from bot.message import Reply
from bot.model import ChannelAddress
from bot.ports import Host, SendWindow
from bot.words import Words

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_log = logging.getLogger(__name__)


class DiscordAdapter:
    """Speak Discord."""

    platform = PLATFORM

    def __init__(self, host: Host, settings: DiscordSettings, *, send_limit: float = SEND_LIMIT) -> None:
        self._host = host
        self._client = new_client(settings, host.seats)
        self._client.acknowledgements = Acknowledgements(partial(host.acknowledged, PLATFORM))
        self._client.acknowledgements.watch(self._client.http)
        self._connection = Connection(self._client, settings)
        self._words = Words(host.language)
        pace = Pace()
        pace.watch(self._client.http)
        self._delivery = Delivery(self._connection, host.addressbook, host.clock, pace, send_limit)
        languages, flood = Languages(host.addressbook), Flood()
        self._callback = Callback(self._client.http, self._client.acknowledgements)
        self._client.answers = Answers(host, languages, flood, self._callback)
        self._client.mentions = Mentions(host, languages, flood, reads_all=settings.message_content)
        self._client.lifecycle = Lifecycle(host, reads_all=settings.message_content)
        self._tree = Tree(self._client)
        add_commands(self._tree, self._client, Completion(host.suggestions, self._callback))
        self._registration = Registration(self._tree, host.memory, settings.guilds)

    async def serve(self) -> None:
        """Answer people until cancelled; raises CredentialsRefused or SettingsError where Discord refuses the bot."""
        try:
            await self._log_in()
            await self._tree.set_translator(Translator())
            await self._registration.register(self._client.application_id or 0)
            await self._client.connect(reconnect=True)
        except discord.LoginFailure:
            raise faults.refused_token() from None
        except discord.PrivilegedIntentsRequired:
            raise faults.intents_refused() from None
        except discord.ConnectionClosed as closed:
            raise faults.closed(closed) from None
        finally:
            await self.close()

    @property
    def connected(self) -> bool:
        """Tell whether a session stands and its guilds are known; one that fails later is Discord's own matter."""
        heard = self.settled or not any(guild.unavailable for guild in self._client.guilds)
        return self._client.connected and heard

    @property
    def settled(self) -> bool:
        """Tell whether the guilds of a beginning session were all heard of: one more is one that invited the bot."""
        return self._client.is_ready()

    async def close(self) -> None:
        """Close every connection."""
        await self._callback.close()
        await self._connection.close()

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return the drafts that draw a reply: the message first, then its thread in order."""
        words = self._words if reply.language is None else Words(reply.language)
        return tuple(draft.write() for draft in draft_delivery(reply, words))

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post one payload and return its message id; raises the delivery errors."""
        return await self._delivery.post(address, payload, delivery_id, thread)

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Return the id of the message that carries this delivery id, None when posting is safe."""
        return await self._delivery.find(address, delivery_id, window, thread)

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place; raises like `post`."""
        await self._delivery.edit(address, message_id, payload)

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        """Open the conversation with a person, or with the guild's owner."""
        return await self._delivery.direct(workspace, person)

    async def _log_in(self) -> None:
        """Log in; while Discord can't be reached, keep trying with growing pauses."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._connection.ready()
            except discord.HTTPException as error:
                if error.status not in (429, 500, 502, 503, 504):
                    raise
            except (OSError, aiohttp.ClientError):
                pass
            else:
                return
            _log.warning("Discord can't be reached; trying again in %.0f s", pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
