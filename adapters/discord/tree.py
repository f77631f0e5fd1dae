"""The commands as Discord knows them: `/paper`, and "Find the note" in a message's menu; `/digest` stands beside."""

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from adapters.discord import options
from adapters.discord.completion import Completion
from adapters.discord.digest_group import DigestGroup, completed
from adapters.discord.inbound import Context
from adapters.discord.speaking import said, said_as
from bot.commands import FindLinked
from bot.sentences import sentence

if TYPE_CHECKING:
    from adapters.discord.client import Events

FIND_THE_NOTE = "Find the note"
_log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[discord.Client]):
    """Hold the commands; what goes wrong outside them is logged in a line."""

    completion: Completion

    async def interaction_check(self, interaction: Context, /) -> bool:
        """Answer completions here: the SDK would log a traceback for each that somebody outran by typing on."""
        if interaction.type is discord.InteractionType.autocomplete:
            await self.completion.answer(interaction)
            return False
        return True

    async def on_error(self, interaction: Context, error: app_commands.AppCommandError, /) -> None:
        """Log what no command could take care of, e.g. a command of an older version."""
        _log.warning("a command could not be run: %s", f"{type(error).__name__} {error}"[:200], exc_info=_cause(error))


def add_commands(tree: Tree, events: "Events", completion: Completion) -> None:
    """Put every command into a tree."""
    tree.completion = completion
    tree.add_command(_paper(events, completion))
    tree.add_command(DigestGroup(events, completion))
    tree.add_command(_find_the_note(events))


def _paper(events: "Events", completion: Completion) -> "app_commands.Command[DigestGroup, ..., None]":
    async def paper(
        interaction: Context,
        query: str,
        private: bool = False,
        author: str | None = None,
        tags: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        typed = options.paper(query, since=since, until=until, author=author, tags=tags)
        await events.looked_up(interaction, query, typed, public=not private)

    command: app_commands.Command[DigestGroup, ..., None] = app_commands.Command(
        name="paper",
        description=said(sentence("Find a note by title, words, arXiv id, author, tag or date")),
        callback=paper,
        allowed_contexts=everywhere(),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    app_commands.describe(
        query=said(sentence("A title, words, a Korean phrase, an arXiv id or address, #tags, a date")),
        private=said(sentence("Show the answer to you alone")),
        author=said(sentence("Notes on papers by this author")),
        tags=said(sentence("Notes with all of these tags")),
        since=said(sentence("Notes from this date on, e.g. 2024-04")),
        until=said(sentence("Notes up to this date, e.g. 2024-04-17")),
    )(command)
    app_commands.rename(since="from", until="to")(command)
    completed(command, completion)
    return command


def _find_the_note(events: "Events") -> app_commands.ContextMenu:
    async def find_the_note(interaction: Context, message: discord.Message) -> None:
        await events.answers.answer(interaction, FindLinked(linked_text(message)), public=False)

    return app_commands.ContextMenu(
        # A menu's entry has no options that a translated name could hide.
        name=said_as(FIND_THE_NOTE, sentence("Find a note")),
        callback=find_the_note,
        allowed_contexts=everywhere(),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )


def everywhere() -> app_commands.AppCommandContext:
    """Return where commands can be used: in guilds, and in conversations with the bot."""
    return app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)


def linked_text(message: discord.Message) -> str:
    """Return everything in a message that can hold a paper's address."""
    parts = [message.content]
    for embed in message.embeds:
        parts += [part for part in (embed.url, embed.title, embed.description) if part]
    return "\n".join(parts)


def _cause(error: app_commands.AppCommandError) -> BaseException | None:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else None
