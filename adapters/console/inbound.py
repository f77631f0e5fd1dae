"""Turn a typed line into a request."""

import secrets
from collections.abc import Mapping

from bot.grammar import is_public, read_line
from bot.message import Action, Person, Request
from bot.model import ChannelAddress

HOME = ChannelAddress("console", "local", "main")
PERSON = Person(id="console", name="you")


def read_request(
    line: str, offered: Mapping[int, Action], *, language: str, address: ChannelAddress = HOME
) -> Request | None:
    """Read a line: a number presses what the last answer offered, anything else is a command. None for no words."""
    typed = line.strip()
    if not typed:
        return None
    command = offered[int(typed)].command if _presses(typed, offered) else read_line(typed)
    reference = secrets.token_hex(2).upper()
    return Request(address, PERSON, command, language, reference, public=is_public(typed))


def _presses(typed: str, offered: Mapping[int, Action]) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 4 and int(typed) in offered
