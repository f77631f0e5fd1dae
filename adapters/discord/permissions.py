"""What the bot needs to be allowed, why, and the sentence that says what to grant."""

from collections.abc import Mapping
from types import MappingProxyType

import discord

from bot.sentences import Sentence, sentence

# By the name discord.py gives a permission: what Discord's own pages call it.
NAMES: Mapping[str, str] = MappingProxyType(
    {
        "view_channel": "View Channels",
        "send_messages": "Send Messages",
        "embed_links": "Embed Links",
        "read_message_history": "Read Message History",
        "create_public_threads": "Create Public Threads",
        "send_messages_in_threads": "Send Messages in Threads",
    }
)
TO_SPEAK = ("view_channel", "send_messages", "embed_links")
TO_SPEAK_IN_THREAD = ("view_channel", "send_messages_in_threads", "embed_links")
TO_SPEAK_IN_FORUM = (*TO_SPEAK, "send_messages_in_threads")
FOR_DIGESTS = (*TO_SPEAK, "read_message_history", "create_public_threads", "send_messages_in_threads")
TO_INVITE = FOR_DIGESTS


def needed() -> discord.Permissions:
    """Return exactly what an invitation asks for."""
    return discord.Permissions(**dict.fromkeys(TO_INVITE, True))


def missing(granted: discord.Permissions, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names, as Discord's pages write them, of what is wanted and not granted."""
    if granted.administrator:
        return ()
    return tuple(NAMES[name] for name in wanted if not getattr(granted, name))


def wanted_in(channel: object) -> tuple[str, ...]:
    """Return what the bot needs to bring digests to a channel: in a forum, to open posts and to write in them."""
    if isinstance(channel, discord.Thread):
        return TO_SPEAK_IN_FORUM if isinstance(channel.parent, discord.ForumChannel) else TO_SPEAK_IN_THREAD
    return TO_SPEAK_IN_FORUM if isinstance(channel, discord.ForumChannel) else TO_SPEAK


def wanted_to_answer(channel: object) -> tuple[str, ...]:
    """Return what the bot needs to answer where it is spoken to."""
    return TO_SPEAK_IN_THREAD if isinstance(channel, discord.Thread) else TO_SPEAK


def grant(names: tuple[str, ...], command: str) -> Sentence:
    """Say what to grant before a change makes sense."""
    return sentence(
        "I can't post in this channel yet. Grant me {permissions} here, then run `{command}` again. "
        "Nothing was changed.",
        permissions=", ".join(names),
        command=command,
    )
