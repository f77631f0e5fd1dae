"""Slack as a platform: slash commands, mentions, buttons, link previews and digests in channels."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.slack.adapter import SlackAdapter
    from bot.ports import Host


def build(host: "Host") -> "SlackAdapter | None":
    """Build the adapter, or return None where no Slack token is set. Raises SettingsError for settings that clash."""
    from adapters.slack.settings import load_settings

    settings = load_settings()
    if settings is None:
        return None
    from adapters.slack.assembly import assemble

    return assemble(host, settings)
