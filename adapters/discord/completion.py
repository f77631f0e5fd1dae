"""Complete what is being typed into an option: from memory, at once, and silent where the answer comes too late."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from discord import app_commands

from adapters.discord import faults
from adapters.discord.callback import Callback, choices
from adapters.discord.draft import OPTION_UNITS, OPTIONS
from adapters.discord.inbound import Context
from adapters.discord.markdown import shortened, units
from adapters.discord.options import CHANGES_BY_BUTTON, SHORT, completed, last_word
from bot.grammar import DIGEST_VERBS
from bot.model import Label
from bot.ports import Suggestions

Choices = list[app_commands.Choice[str]]
Complete = Callable[[Context, str], Coroutine[Any, Any, Choices]]
# Everybody begins with the same letters; notes that arrived meanwhile are offered half a minute later.
REMEMBERED_SECONDS = 30.0
MOST_REMEMBERED = 2000
OPTION_NAMES = ("query", "tags", "timezone", "at", "days", "verb")
DAYS = ("mon-sun", "mon-fri", "mon", "tue", "wed", "thu", "fri", "sat-sun", "mon,wed,fri")
_TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30))
_log = logging.getLogger(__name__)


class Completion:
    """Offer choices for half-typed words."""

    def __init__(self, suggestions: Suggestions, callback: Callback) -> None:
        self._suggestions = suggestions
        self._callback = callback
        self._completing = self.by_option()
        self._known: OrderedDict[tuple[str, str], tuple[float, bytes]] = OrderedDict()

    async def answer(self, interaction: Context) -> None:
        """Answer a completion; one that comes too late is nobody's loss, since somebody typed on."""
        data: Any = interaction.data or {}
        body = await self._body(interaction, *(_focused(data.get("options", ())) or ("", "")))
        try:
            refused = await self._callback.answer(interaction.id, interaction.token, body)
        except faults.SDK_ERRORS as error:
            _log.debug("a completion could not be brought: %s", type(error).__name__)
        else:
            if refused is not None:
                _log.debug("a completion came too late")

    async def _body(self, interaction: Context, name: str, typed: str) -> bytes:
        """Return an answer as it is sent."""
        now = time.monotonic()
        at, body = self._known.get((name, typed), (-REMEMBERED_SECONDS, b""))
        if now - at < REMEMBERED_SECONDS:
            return body
        try:
            complete = self._completing.get(name)
            offered = await complete(interaction, typed) if complete is not None else []
        except Exception:  # noqa: BLE001 - whatever fails, somebody is typing and can go on
            _log.exception("nothing could be offered for the option %s", name)
            return choices([])
        body = choices([(one.name, one.value) for one in offered])
        if len(typed) <= SHORT:
            self._known[name, typed] = (now, body)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        return body

    def by_option(self) -> Mapping[str, Complete]:
        """Return what completes an option, by the option's name, which means the same in every command."""
        completing = (self.entries, self.tags, self.zones, self.times, self.days, self.verbs)
        return dict(zip(OPTION_NAMES, completing, strict=True))

    async def entries(self, interaction: Context, typed: str) -> Choices:
        """Offer notes: title, date and tags; the value is the entry's id."""
        labels = self._suggestions.entries(typed, OPTIONS)[:OPTIONS]
        return [app_commands.Choice(name=entry_line(label), value=label.id) for label in labels]

    async def tags(self, interaction: Context, typed: str) -> Choices:
        """Complete the last word of a list of tags."""
        _, word = last_word(typed)
        counts = self._suggestions.tags(word, OPTIONS)
        values = completed(typed, [count.tag for count in counts])
        return [_choice(value, value) for value in values[:OPTIONS]]

    async def zones(self, interaction: Context, typed: str) -> Choices:
        """Offer time zones."""
        return [_choice(zone, zone) for zone in self._suggestions.zones(typed, OPTIONS)]

    async def times(self, interaction: Context, typed: str) -> Choices:
        """Offer times of day."""
        return _beginning(typed, _TIMES) or _typed(typed)

    async def days(self, interaction: Context, typed: str) -> Choices:
        """Offer weekdays."""
        return _beginning(typed, DAYS) or _typed(typed)

    async def verbs(self, interaction: Context, typed: str) -> Choices:
        """Offer what can be explained."""
        verbs = [verb for verb in dict.fromkeys(DIGEST_VERBS.values()) if verb not in CHANGES_BY_BUTTON]
        return _beginning(typed, verbs) or _typed(typed)


def entry_line(label: Label) -> str:
    """Return title, date and tags in at most 100 characters; a long title gives way to the date."""
    date = label.first_day.isoformat() if label.first_day else ""
    tags = " ".join(f"#{tag}" for tag in label.tags)
    tail = f" · {date}" if date else ""
    title = shortened(label.title, OPTION_UNITS - len(tail)) or "…"
    room = OPTION_UNITS - units(title) - len(tail) - 3
    return f"{title}{tail} · {shortened(tags, room)}" if tags and room >= 8 else f"{title}{tail}"


def _choice(name: str, value: str) -> app_commands.Choice[str]:
    return app_commands.Choice(name=shortened(name, OPTION_UNITS), value=value)


def _beginning(typed: str, values: Sequence[str]) -> Choices:
    wanted = typed.strip().casefold()
    return [_choice(value, value) for value in values if wanted in value][:OPTIONS]


def _typed(typed: str) -> Choices:
    """Offer what is typed as it is: the core reads more than a list can hold."""
    value = typed.strip()[:SHORT]
    return [_choice(value, value)] if value else []


def _focused(options: Sequence[Any]) -> tuple[str, str] | None:
    """Return the option being typed into, and what is typed, of a command or a sub-command."""
    for option in options:
        if option.get("focused"):
            return str(option["name"]), str(option.get("value", ""))
        if found := _focused(option.get("options", ())):
            return found
    return None
