"""Turn what Discord tells into requests: where, who, in which language, which command."""

import re
import secrets

import discord

from bot.commands import Command, Typed
from bot.message import Person, Request
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.words import LANGUAGES, choose_language

PLATFORM = "discord"
# Where a guild's id would stand, a direct conversation has what Discord's own addresses have.
DIRECT = "@me"
MANAGE_CHANNELS = sentence("Manage Channels")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]")

Context = discord.Interaction[discord.Client]


def address_of(guild_id: int | None, channel_id: int | None) -> ChannelAddress:
    """Return the address of a channel, a thread or a direct conversation."""
    return ChannelAddress(PLATFORM, str(guild_id or DIRECT), str(channel_id or 0))


def address_of_interaction(interaction: Context) -> ChannelAddress:
    """Return the channel that somebody acted in: its rule is meant."""
    return address_of(interaction.guild_id, forum_of(interaction.channel) or interaction.channel_id)


def address_of_message(message: discord.Message) -> ChannelAddress:
    """Return the channel that a message was written in."""
    guild_id = message.guild.id if message.guild is not None else None
    return address_of(guild_id, forum_of(message.channel) or message.channel.id)


def forum_of(channel: object) -> int | None:
    """Return the id of the forum that a post belongs to: nobody can write in the forum itself, so it is meant there."""
    if isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.ForumChannel):
        return channel.parent_id
    return None


def person_of(interaction: Context) -> Person:
    """Return who acted; in a guild, rules are changed with Manage Channels."""
    may_manage = interaction.guild_id is None or may_change_rules(interaction.permissions)
    return Person(str(interaction.user.id), interaction.user.display_name, may_manage, MANAGE_CHANNELS)


def author_of(message: discord.Message) -> Person:
    """Return who wrote a message, with the rights they have there."""
    author, channel = message.author, message.channel
    if message.guild is None:
        return Person(str(author.id), author.display_name, may_manage=True)
    known = isinstance(author, discord.Member) and not isinstance(channel, discord.PartialMessageable)
    may_manage = False
    if known and isinstance(channel, discord.abc.GuildChannel | discord.Thread) and isinstance(author, discord.Member):
        may_manage = may_change_rules(channel.permissions_for(author))
    return Person(str(author.id), author.display_name, may_manage, MANAGE_CHANNELS)


def may_change_rules(permissions: discord.Permissions) -> bool:
    """Tell whether these rights are enough to change a channel's rules."""
    return permissions.manage_channels or permissions.administrator


def reader_language(interaction: Context) -> str:
    """Return the language of who acts, as their Discord shows it."""
    return choose_language(interaction.locale.value)


def written_language(message: discord.Message, fallback: str) -> str:
    """Return the language a message is answered in: Hangul asks for Korean, else the guild's language."""
    if _HANGUL.search(message.content):
        return "ko"
    if message.guild is None or message.guild.preferred_locale is discord.Locale.american_english:
        # American English is what a guild has that never chose.
        return fallback if fallback in LANGUAGES else "en"
    return choose_language(message.guild.preferred_locale.value)


def new_reference() -> str:
    """Return a reference that the log and the person both see."""
    return secrets.token_hex(2).upper()


def request_of(interaction: Context, command: Command, *, language: str, public: bool) -> Request:
    """Return the request that an interaction makes."""
    return Request(
        address_of_interaction(interaction), person_of(interaction), command, language, new_reference(), public
    )


def mention_of(message: discord.Message, bot: discord.abc.User) -> Typed | None:
    """Read a message that speaks to the bot: in a direct conversation any, elsewhere one that says its name."""
    said, spoken_to = _without_name(message, bot)
    if spoken_to or message.guild is None:
        return Typed("mention", said)
    return None


def _without_name(message: discord.Message, bot: discord.abc.User) -> tuple[str, bool]:
    names = [f"<@{bot.id}>", f"<@!{bot.id}>"]
    me = message.guild.self_role if message.guild is not None else None
    if me is not None:
        names.append(f"<@&{me.id}>")
    name = re.compile(r"\s*(?:" + "|".join(map(re.escape, names)) + r")[,:]?\s*")
    said, count = name.subn(" ", message.content)
    return said.strip(), count > 0
