"""Put the channels that settings name into the database, marked as such; what people changed there stays.

A setting is put there once: the audit row keeps its words. Where a person has removed it since, it stays removed until
its words change.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from bot.digest.rules import Rule, read_rule
from bot.digest.service import DigestService
from bot.errors import PaperboyError, SettingsError
from bot.model import ChannelAddress
from bot.sentences import sentence

if TYPE_CHECKING:
    from bot.storage.digests import DigestStore

SETTINGS = "settings"


class ConfiguredChannel(Protocol):
    """A channel as settings name it."""

    channel: str
    rule: str
    at: str | None
    timezone: str | None
    days: str | None
    lang: str | None
    style: str | None


def subscribe_configured(
    service: DigestService,
    store: "DigestStore",
    channels: "Iterable[ConfiguredChannel]",
    language: str,
    aliases: Mapping[str, str],
) -> None:
    """Subscribe each channel as its settings say, once. Raises SettingsError naming the one that can't be."""
    for each in channels:
        try:
            address, rule = ChannelAddress.read(each.channel), configured_rule(each, aliases)
            action = f"subscribe {_words(each)}"
            if store.last_action(address, SETTINGS) != action:
                service.subscribe(address, rule, SETTINGS, language, SETTINGS, action)
        except PaperboyError as error:
            raise SettingsError(
                sentence("digest.channels: {channel}: {reason}", channel=each.channel, reason=error.sentence)
            ) from None


def configured_rule(each: ConfiguredChannel, aliases: Mapping[str, str]) -> Rule:
    """Read the rule of a configured channel with its clauses."""
    return read_rule(_words(each), aliases)


def _words(each: ConfiguredChannel) -> str:
    """Return what a setting says, in the words of `/digest subscribe`."""
    clauses = {"at": each.at, "tz": each.timezone, "on": each.days, "lang": each.lang, "style": each.style}
    said = [f"{name} {value}" for name, value in clauses.items() if value]
    return " ".join([*each.rule.split(), *said])
