"""The peer of the Discord benchmark: a bare discord.py bot that offers what is typed, and answers “hello”."""

import asyncio
import os

import discord
from discord import app_commands

from adapters.discord.endpoints import use_addresses
from adapters.discord.settings import load_settings
from benchmarks.discord_stopwatch import stamp_requests

Context = discord.Interaction[discord.Client]


async def main() -> None:
    """Serve until killed."""
    use_addresses(load_settings())
    client = discord.Client(intents=discord.Intents(guilds=True), allowed_mentions=discord.AllowedMentions.none())
    tree = app_commands.CommandTree(client)

    @tree.command(description="Say hello")
    async def paper(interaction: Context, query: str, private: bool = False) -> None:
        await interaction.response.send_message("hello", ephemeral=private)

    @paper.autocomplete("query")
    async def complete(interaction: Context, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=typed, value=typed)]

    async with client:
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    stamp_requests()
    asyncio.run(main())
