"""Read the words of `/digest set`, and write a channel down so that it can be read back. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.digest.rules import Rule, read_rule, terms_text
from bot.errors import UsageError
from bot.model import EVERY_DAY, Channel, ChannelOptions
from bot.sentences import sentence

_ON = frozenset(("on", "yes", "true", "켜기", "켬"))
_OFF = frozenset(("off", "no", "false", "끄기", "끔"))
_SWITCHES: Mapping[str, str] = {
    "previews": "previews",
    "preview": "previews",
    "onthisday": "on_this_day",
    "on-this-day": "on_this_day",
    "crosspost": "crosspost",
    "corrections": "corrections",
}
_EMPTY: Mapping[str, bool] = {"post": True, "skip": False, "올림": True, "건너뜀": False}
_NAMES = "previews on|off · empty post|skip · onthisday on|off · crosspost on|off · corrections on|off"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTS = " ; "


@dataclass(frozen=True, slots=True)
class Changes:
    """What `/digest set` asks for: options by field name, and a rule's clauses."""

    options: Mapping[str, bool]
    rule: Rule


def read_options(text: str) -> Changes:
    """Read `previews on empty post at 10:00`; raises UsageError naming the word that can't be read."""
    words = unicodedata.normalize("NFC", text).split()
    options: dict[str, bool] = {}
    rest: list[str] = []
    while words:
        word = words.pop(0)
        name = word.casefold()
        if name in _SWITCHES:
            options[_SWITCHES[name]] = _switched(word, words)
        elif name == "empty":
            options["post_empty"] = _post_or_skip(words)
        else:
            rest.append(word)
    rule = read_rule(" ".join(rest))
    if not rule.subscription.wants_nothing or rule.subscription.excluded:
        raise UsageError(sentence("“{text}” is not an option. There are: {names}.", text=rest[0], names=_NAMES))
    if not options and rule == Rule():
        raise UsageError(sentence("Say what to set: {names}.", names=_NAMES))
    return Changes(options, rule)


def with_clauses(channel: Channel, rule: Rule) -> Channel:
    """Return a channel with the clauses of a rule (time, zone, weekdays, language, style) but its own terms."""
    schedule = replace(
        channel.schedule,
        at=rule.at or channel.schedule.at,
        zone=rule.zone or channel.schedule.zone,
        weekdays=rule.weekdays or channel.schedule.weekdays,
    )
    return replace(
        channel,
        schedule=schedule,
        language=rule.language or channel.language,
        style=rule.style or channel.style,
    )


def clauses_text(channel: Channel) -> str:
    """Write the clauses of a channel as they are typed."""
    schedule = channel.schedule
    days = "daily" if schedule.weekdays == EVERY_DAY else ",".join(_DAYS[day - 1] for day in schedule.weekdays)
    at = schedule.at.strftime("%H:%M")
    return f"at {at} tz {schedule.zone} on {days} lang {channel.language} style {channel.style.value}"


def rule_text(channel: Channel) -> str:
    """Write a channel's rule in the words of `/digest subscribe`."""
    return f"{terms_text(channel.subscription)} {clauses_text(channel)}".strip()


def channel_text(channel: Channel) -> str:
    """Write a channel down whole: its terms, its clauses, its options, its pause."""
    until = channel.paused_until.isoformat() if channel.paused_until else ""
    pause = f"paused {until}".strip() if channel.paused else ""
    return _PARTS.join((terms_text(channel.subscription), clauses_text(channel), options_text(channel.options), pause))


def options_text(options: ChannelOptions) -> str:
    """Write options as they are typed."""
    switched = {
        "previews": options.previews,
        "onthisday": options.on_this_day,
        "crosspost": options.crosspost,
        "corrections": options.corrections,
    }
    words = [f"{name} {'on' if value else 'off'}" for name, value in switched.items()]
    return " ".join([*words, f"empty {'post' if options.post_empty else 'skip'}"])


def as_written(channel: Channel, text: str) -> Channel:
    """Return a channel as `channel_text` wrote it down."""
    rule, clauses, options, pause = (part.strip() for part in text.split(";"))
    changed = with_clauses(channel, read_rule(clauses))
    until = pause.removeprefix("paused").strip()
    return replace(
        changed,
        subscription=read_rule(rule).subscription,
        options=replace(channel.options, **read_options(options).options),
        paused=bool(pause),
        paused_until=date.fromisoformat(until) if until else None,
    )


def _switched(word: str, words: list[str]) -> bool:
    value = words.pop(0).casefold() if words else ""
    if value not in _ON and value not in _OFF:
        raise UsageError(sentence("Say `{word} on` or `{word} off`.", word=word))
    return value in _ON


def _post_or_skip(words: list[str]) -> bool:
    value = words.pop(0).casefold() if words else ""
    if value not in _EMPTY:
        raise UsageError(sentence("Say `empty post` or `empty skip`."))
    return _EMPTY[value]
