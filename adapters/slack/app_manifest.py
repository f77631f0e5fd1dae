"""The app's manifest: what Slack has to know of the bot, each scope with its reason."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from adapters.slack.lifecycle import EVENTS as LIFECYCLE_EVENTS
from adapters.slack.settings import SlackSettings, load_settings
from adapters.slack.unfurl import DOMAINS
from bot.errors import SettingsError
from bot.sentences import Sentence, sentence

# Every bot scope the adapter uses, and what for.
SCOPES: Mapping[str, Sentence] = MappingProxyType(
    {
        "app_mentions:read": sentence("hear @paperboy in channels and threads"),
        "channels:history": sentence("look a digest up in a public channel before sending it again"),
        "channels:join": sentence("enter a public channel that subscribes"),
        "channels:read": sentence("know whether the bot is in a channel, and hear of archived and deleted ones"),
        "chat:write": sentence("answer, and post digests"),
        "commands": sentence("the slash commands and “Find the note”"),
        "groups:history": sentence("look a digest up in a private channel before sending it again"),
        "groups:read": sentence("know whether the bot is in a private channel, and hear of archived ones"),
        "im:history": sentence("read what people write to the bot directly"),
        "im:read": sentence("list direct conversations with the bot"),
        "im:write": sentence("answer what is asked on the Home tab, and say what is broken"),
        "links:read": sentence("see links to papers, in channels that switched previews on"),
        "links:write": sentence("unfold links to papers into the team's note"),
        "mpim:history": sentence("look a digest up in a group conversation before sending it again"),
        "mpim:read": sentence("know whether the bot is in a group conversation"),
        "users:read": sentence("each reader's language, and who is an admin"),
    }
)
APP_EVENTS = ("app_home_opened", "app_mention", "link_shared", "message.im")


def manifest_text(public_url: str | None) -> str:
    """Return the manifest for the settings in force, or for Socket Mode before there are any."""
    try:
        settings = load_settings()
    except SettingsError:
        # The manifest is what the missing tokens are made from.
        settings = None
    return manifest(settings, public_url)


def manifest(settings: SlackSettings | None, public_url: str | None = None) -> str:
    """Write the manifest as YAML, to be pasted at api.slack.com/apps → Create New App → From a manifest."""
    return "\n".join(_lines(settings or SlackSettings.model_construct(), public_url)) + "\n"


def _lines(settings: SlackSettings, public_url: str | None) -> Iterator[str]:
    base = (public_url or "https://paperboy.example.com").rstrip("/")
    socket = settings.socket_mode or not (public_url or settings.signing_secret)
    address = None if socket else f"{base}/slack/events"
    yield from ("display_information:", "  name: Paperboy", "  description: Finds the team's reading notes")
    yield "features:"
    yield from ("  app_home:", "    home_tab_enabled: true", "    messages_tab_enabled: true")
    yield "    messages_tab_read_only_enabled: false"
    yield from ("  bot_user:", "    display_name: paperboy", "    always_online: true")
    yield from _shortcut()
    yield from _commands(settings, address)
    yield from ("  unfurl_domains:", *(f"    - {domain}" for domain in DOMAINS))
    yield "oauth_config:"
    if settings.many_workspaces:
        yield from ("  redirect_urls:", f"    - {base}/slack/oauth_redirect")
    yield from ("  scopes:", "    bot:", *(f"      - {scope}  # {why}" for scope, why in SCOPES.items()))
    yield from _settings(address)


def _shortcut() -> Iterator[str]:
    yield from ("  shortcuts:", "    - name: Find the note", "      type: message", "      callback_id: find_note")
    yield "      description: Find the team's note on the paper linked here"


def _commands(settings: SlackSettings, address: str | None) -> Iterator[str]:
    yield "  slash_commands:"
    for command, said, hint in (
        (settings.paper_command, "Find a note", "title, words, #tag, arXiv id or date"),
        (settings.digest_command, "Show and subscribe to digests", "today, subscribe #tag, settings, help"),
    ):
        yield from (f"    - command: {command}", f"      description: {said}", f'      usage_hint: "{hint}"')
        # A tag may be a channel's name too, and is to arrive as it was typed.
        yield "      should_escape: false"
        if address:
            yield f"      url: {address}"


def _settings(address: str | None) -> Iterator[str]:
    events = sorted({*APP_EVENTS, *LIFECYCLE_EVENTS})
    yield "settings:"
    yield "  event_subscriptions:"
    if address:
        yield f"    request_url: {address}"
    yield from ("    bot_events:", *(f"      - {event}" for event in events))
    yield from ("  interactivity:", "    is_enabled: true")
    if address:
        yield from (f"    request_url: {address}", f"    message_menu_options_url: {address}")
    yield "  org_deploy_enabled: true"
    yield f"  socket_mode_enabled: {'false' if address else 'true'}"
    yield "  token_rotation_enabled: false"
