"""Know of a command what the adapter must: whether it changes rules, whether its answer can be paged. Pure."""

from adapters.discord.draft import CUSTOM_ID_UNITS
from adapters.discord.markdown import exceeds
from adapters.discord.options import CHANGES, NEEDS_A_VOICE
from bot.actions import encode
from bot.commands import Command, FindLinked, Preview, ShareEntry, Typed
from bot.grammar import DIGEST_VERBS


def changes_rules(command: Command) -> bool:
    """Tell whether a command may change what a channel gets."""
    return _verb(command) in CHANGES


def needs_a_voice(command: Command) -> bool:
    """Tell whether after a command the bot will have to post by itself."""
    return _verb(command) in NEEDS_A_VOICE


def wants_panel(command: Command) -> bool:
    """Tell whether a command shows a channel's settings."""
    return _verb(command) == "settings"


def everybody_sees(command: Command) -> bool:
    """Tell whether what a button does is meant for everybody."""
    return isinstance(command, ShareEntry) or changes_rules(command)


def page_code(command: Command) -> str | None:
    """Return the code by which further pages of an answer can be asked for again, None where they can't."""
    if isinstance(command, ShareEntry | FindLinked | Preview) or changes_rules(command):
        return None
    code = encode(command)
    return code if code is not None and not exceeds(f"pp99:{code}", CUSTOM_ID_UNITS) else None


def _verb(command: Command) -> str | None:
    if isinstance(command, Typed) and command.surface == "digest":
        return DIGEST_VERBS.get(command.text.split(" ", 1)[0].casefold())
    return None
