"""Put the channels that settings name into the database, marked as such; what people added there stays."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from bot.digest.rules import Rule, read_rule
from bot.digest.service import DigestService
from bot.errors import PaperboyError, SettingsError
from bot.model import ChannelAddress
from bot.sentences import sentence

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
    service: DigestService, channels: "Iterable[ConfiguredChannel]", language: str, aliases: Mapping[str, str]
) -> None:
    """Subscribe each channel as its settings say. Raises SettingsError naming the one that can't be."""
    for each in channels:
        try:
            address = ChannelAddress.read(each.channel)
            service.subscribe(address, configured_rule(each, aliases), SETTINGS, language, SETTINGS)
        except PaperboyError as error:
            raise SettingsError(
                sentence("digest.channels: {channel}: {reason}", channel=each.channel, reason=error.sentence)
            ) from None


def configured_rule(each: ConfiguredChannel, aliases: Mapping[str, str]) -> Rule:
    """Read the rule of a configured channel with its clauses."""
    clauses = {"at": each.at, "tz": each.timezone, "on": each.days, "lang": each.lang, "style": each.style}
    said = [f"{name} {value}" for name, value in clauses.items() if value]
    return read_rule(" ".join([each.rule, *said]), aliases)
