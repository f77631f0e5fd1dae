"""The client: what Discord tells goes to the room that takes care of it, and nothing else happens here."""

import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord

from adapters.discord.controls import SCHEDULE, SWITCHES
from adapters.discord.inbound import Context, person_of, reader_language
from adapters.discord.items import ITEMS, is_ours
from adapters.discord.options import ENTRY_ID
from adapters.discord.panel import form_values, is_schedule_form, submitted, switched
from adapters.discord.permissions import grant, missing, wanted_in
from adapters.discord.reading import changes_rules, everybody_sees, needs_a_voice
from adapters.discord.settings import DiscordSettings
from adapters.discord.trail import tracing
from bot.actions import decode
from bot.commands import Command, OpenEntry, Typed
from bot.errors import PaperboyError, UsageError
from bot.message import Outcome, Reply
from bot.sentences import Sentence, sentence
from bot.words import Words

if TYPE_CHECKING:
    from adapters.discord.acknowledging import Acknowledgements
    from adapters.discord.answers import Answers
    from adapters.discord.lifecycle import Lifecycle
    from adapters.discord.mentions import Mentions

# Seconds without another guild after which all of them count as heard of.
GUILDS_PAUSE = 0.5
# Seconds without a word from the gateway, not even that it heard a heartbeat, after which the connection is begun anew.
HEARTBEAT_PATIENCE = 60.0
# Limits above which discord.py gives a wait up instead of sitting it out; a send has thirty seconds in all.
LONGEST_RATE_WAIT = 30.0
# What the command tree takes care of needs no task of its own that finds nothing to do.
_OF_THE_TREE = (discord.InteractionType.application_command, discord.InteractionType.autocomplete)

_log = logging.getLogger(__name__)


class Events(discord.Client):
    """Hear what happens. The rooms are set before the client connects."""

    answers: "Answers"
    mentions: "Mentions"
    lifecycle: "Lifecycle"
    acknowledgements: "Acknowledgements"
    _in_session = False

    @property
    def connected(self) -> bool:
        """Tell whether a session stands."""
        return self._in_session

    async def setup_hook(self) -> None:
        """Make buttons of earlier runs work again."""
        self.add_dynamic_items(*ITEMS)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Tell of an event, unless the client is closed: the SDK may still be waiting to announce a session."""
        if event == "interaction":
            self.acknowledgements.received(args[0].id)
            if args[0].type in _OF_THE_TREE:
                return
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Log what went wrong with an event; an error of our own says all in its sentence."""
        error = sys.exception()
        unexpected = None if isinstance(error, PaperboyError) else error
        _log.error("%s could not be taken care of: %s", event_method, error, exc_info=unexpected)

    async def looked_up(self, interaction: Context, query: str, typed: str, *, public: bool) -> None:
        """Answer `/paper`: an entry id is what type-ahead gave, anything else is looked up."""
        command = OpenEntry(query) if ENTRY_ID.fullmatch(query) else Typed("paper", typed)
        otherwise = Typed("paper", typed) if isinstance(command, OpenEntry) else None
        await self.answers.answer(interaction, command, public=public, otherwise=otherwise)

    async def digest(self, interaction: Context, text: str, *, public: bool) -> None:
        """Answer `/digest …`."""
        await self._done(interaction, Typed("digest", text), public=public)

    async def pressed(self, interaction: Context, code: str, *, page: int = 0) -> None:
        """Do what a button or an option stands for; a code that says nothing gets its sentence."""
        try:
            command = decode(code)
        except UsageError as error:
            await self._refuse(interaction, error.sentence)
            return
        await self._done(interaction, command, public=False, page=page)

    async def chosen(self, interaction: Context, custom_id: str, values: Sequence[str]) -> None:
        """Do what the chosen options of a select stand for."""
        if custom_id == SWITCHES:
            await self._done(interaction, switched(values), public=False)
        else:
            await self.pressed(interaction, next(iter(values), ""))

    async def _done(self, interaction: Context, command: Command, *, public: bool, page: int = 0) -> None:
        # Who may not change the rule is told that by the core; granting the bot anything wouldn't help them.
        may_manage = person_of(interaction).may_manage
        if may_manage and needs_a_voice(command) and (unheard := _unheard(interaction)):
            await self._refuse(interaction, grant(unheard, _as_typed(command)))
            return
        await self.answers.answer(interaction, command, public=public or everybody_sees(command), page=page)

    async def _refuse(self, interaction: Context, said: Sentence) -> None:
        words = Words(reader_language(interaction))
        await self.answers.say(interaction, Reply(words.say(said), outcome=Outcome.MISUSED))

    async def on_interaction(self, interaction: Context) -> None:
        """Take care of forms, and of components that an older version of this bot made."""
        data: Any = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if interaction.type is discord.InteractionType.modal_submit:
            await self._submitted(interaction, custom_id, form_values(data.get("components", [])))
        elif interaction.type is discord.InteractionType.component and custom_id == SCHEDULE:
            await self.answers.open_form(interaction)
        elif interaction.type is discord.InteractionType.component and not is_ours(custom_id):
            await self._refuse(interaction, sentence("That button is too old for me. Please run the command again."))

    async def _submitted(self, interaction: Context, custom_id: str, values: dict[str, str]) -> None:
        command = submitted(custom_id, values) if is_schedule_form(custom_id) else None
        if command is None:
            await self._refuse(interaction, sentence("Nothing was filled in. Nothing was changed."))
        else:
            await self._done(interaction, command, public=changes_rules(command))

    async def on_message(self, message: discord.Message) -> None:
        """Answer who speaks to the bot."""
        await self.mentions.heard(message)

    async def on_connect(self) -> None:
        """Note that a session began."""
        self._in_session = True

    async def on_resumed(self) -> None:
        """Note that the session goes on."""
        self._in_session = True

    async def on_disconnect(self) -> None:
        """Note that nothing is heard for now."""
        self._in_session = False

    async def on_ready(self) -> None:
        """Note that a connection stands."""
        await self.lifecycle.connected()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Greet a new guild."""
        await self.lifecycle.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Let a guild's channels rest."""
        await self.lifecycle.left(guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Let a deleted channel rest."""
        await self.lifecycle.deleted(channel.guild.id, channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Let a deleted thread rest."""
        await self.lifecycle.deleted(payload.guild_id, payload.thread_id)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        """Let a thread rest that was locked away, and wake one that was opened again."""
        state = payload.data["thread_metadata"]
        closed = bool(state.get("archived") and state.get("locked"))
        await self.lifecycle.thread_changed(payload.guild_id, payload.thread_id, closed=closed)

    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        """See whether the bot may still, or again, speak there."""
        await self.lifecycle.permissions_changed(after.guild, after.id)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """See where the bot may still, or again, speak."""
        if before.permissions != after.permissions:
            await self.lifecycle.permissions_changed(after.guild)

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """See where the bot may speak once its own roles changed."""
        if self.user is not None and after.id == self.user.id and before.roles != after.roles:
            await self.lifecycle.permissions_changed(after.guild)


class Client(Events):
    """One connection to the gateway."""


def client_options(settings: DiscordSettings) -> dict[str, Any]:
    """Return the options of a client that keeps little in memory and never pings anybody."""
    # This bot never joins a voice channel, so it needs none of the libraries the SDK would warn about.
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
    return {
        "intents": intents(settings),
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "chunk_guilds_at_startup": False,
        "guild_ready_timeout": GUILDS_PAUSE,
        "heartbeat_timeout": HEARTBEAT_PATIENCE,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "max_ratelimit_timeout": LONGEST_RATE_WAIT,
        "http_trace": tracing(),
    }


def intents(settings: DiscordSettings) -> discord.Intents:
    """Return what the bot asks to be told of: nothing privileged unless switched on."""
    asked = discord.Intents.none()
    asked.guilds = True
    asked.guild_messages = True
    asked.dm_messages = True
    asked.message_content = settings.message_content
    return asked


def _unheard(interaction: Context) -> tuple[str, ...]:
    """Return the permissions without which the bot could not post where somebody acts."""
    if interaction.guild_id is None:
        return ()
    wanted = wanted_in(interaction.channel)
    return missing(interaction.app_permissions, wanted)


def _as_typed(command: Command) -> str:
    return f"/{command.surface} {command.text}" if isinstance(command, Typed) else "/digest"
