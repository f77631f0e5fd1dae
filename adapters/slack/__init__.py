"""Slack as a platform: slash commands, mentions, buttons, link previews and digests in channels."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.slack.adapter import SlackAdapter
    from bot.ports import Finding, Host


def build(host: "Host") -> "SlackAdapter | None":
    """Build the adapter, or return None where no Slack token is set. Raises SettingsError for settings that clash."""
    from adapters.slack.settings import load_settings

    settings = load_settings()
    if settings is None:
        return None
    from adapters.slack.assembly import assemble

    return assemble(host, settings)


async def check() -> "Sequence[Finding]":
    """Look at tokens, scopes and the way events come; empty where Slack isn't set up. Raises SettingsError."""
    from adapters.slack.checking import check as look

    return await look()


def manifest(public_url: str | None = None) -> str:
    """Return the app manifest to create the Slack app from, as YAML."""
    from adapters.slack.app_manifest import manifest_text

    return manifest_text(public_url)
