"""`paperboy discord invite`: the address that invites the bot with exactly the permissions it uses."""

import argparse
import asyncio

from bot.bootstrap import discord_invite
from bot.cli.main import ANSWERED


def run(arguments: argparse.Namespace) -> int:
    """Print the address."""
    print(asyncio.run(discord_invite()))
    return ANSWERED
