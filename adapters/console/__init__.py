"""The console as a platform: a prompt that takes what a channel takes."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.console.adapter import ConsoleAdapter
    from bot.ports import Host


def build(host: "Host") -> "ConsoleAdapter":
    """Build the adapter; the console needs no token, so there always is one."""
    from adapters.console.adapter import ConsoleAdapter

    return ConsoleAdapter(host)
