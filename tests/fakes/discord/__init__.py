"""A strict Discord on the loopback: REST, gateway and the people in it, for tests with the real discord.py."""

from tests.fakes.discord.server import FakeDiscord

__all__ = ["FakeDiscord"]
