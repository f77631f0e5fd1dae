"""Look at the Slack installation as `paperboy slack check` and the doctor do: tokens, scopes, the way events come."""

import asyncio
from collections.abc import Sequence
from functools import reduce

from aiohttp import ClientError, ClientSession
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.app_manifest import SCOPES
from adapters.slack.clients import Clients, OneToken
from adapters.slack.failures import translated
from adapters.slack.settings import SlackSettings, load_settings
from bot.errors import CredentialsRefused, DeliveryError
from bot.ports import Finding
from bot.sentences import Sentence, sentence

# How long Slack may take to greet a new socket, in seconds.
GREETING_SECONDS = 5.0


async def check() -> Sequence[Finding]:
    """Return what was seen of each part, empty where Slack isn't set up. Raises SettingsError as the start would."""
    settings = load_settings()
    if settings is None:
        return ()
    clients = Clients(settings, OneToken(""))
    return [*await _look_at_token(settings, clients), await _look_at_events(settings, clients)]


async def _look_at_token(settings: SlackSettings, clients: Clients) -> list[Finding]:
    token = settings.bot_token
    if token is None:
        seen = sentence("Workspaces install the app themselves, at {path}.", path="/slack/install")
        return [Finding("slack token", seen)]
    try:
        answer = await translated(clients.with_token(token.get_secret_value()).auth_test())
    except CredentialsRefused as error:
        cure = sentence("Install the app in its workspace again and copy the new bot token to SLACK_BOT_TOKEN.")
        return [Finding("slack token", error.sentence, cure)]
    except DeliveryError as error:
        return [_unreachable("slack token", error)]
    seen = sentence("The bot is @{name} in {team}.", name=answer.get("user"), team=answer.get("team"))
    return [Finding("slack token", seen), _look_at_scopes(answer)]


def _look_at_scopes(answer: AsyncSlackResponse) -> Finding:
    headers = {name.casefold(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if not missing:
        return Finding("slack scopes", sentence("All {number} scopes are granted.", number=len(SCOPES)))
    return Finding(
        "slack scopes",
        sentence("Missing: {scopes}.", scopes=_with_reasons(missing)),
        sentence("Paste the text of `paperboy slack manifest` under “App Manifest”, then install the app again."),
    )


def _with_reasons(scopes: Sequence[str]) -> Sentence:
    """List scopes, each with what it is for in the reader's language."""
    named = [Sentence("{scope} ({reason})", {"scope": scope, "reason": SCOPES[scope]}) for scope in scopes]
    return reduce(lambda listed, one: Sentence("{listed}; {one}", {"listed": listed, "one": one}), named)


async def _look_at_events(settings: SlackSettings, clients: Clients) -> Finding:
    token = settings.app_token
    if token is None:
        seen = sentence("Slack sends events over HTTP; the request URL ends with {path}.", path="/slack/events")
        return Finding("slack events", seen)
    app_token = token.get_secret_value().strip()
    try:
        answer = await translated(clients.with_token(app_token).apps_connections_open(app_token=app_token))
    except CredentialsRefused as error:
        cure = sentence("Make an app token with the scope connections:write and copy it to SLACK_APP_TOKEN.")
        return Finding("slack events", error.sentence, cure)
    except DeliveryError as error:
        return _unreachable("slack events", error)
    return await _greeted(str(answer["url"]))


async def _greeted(url: str) -> Finding:
    try:
        async with asyncio.timeout(GREETING_SECONDS), ClientSession() as session, session.ws_connect(url) as socket:
            greeting = await socket.receive_json()
    except (ClientError, TimeoutError, OSError, TypeError, ValueError):
        greeting = {}
    if greeting.get("type") == "hello":
        return Finding("slack events", sentence("A socket opens, and Slack says hello."))
    return Finding(
        "slack events",
        sentence("A socket opens, but nobody says hello."),
        sentence("Let WebSockets (wss://) through the proxy, or use HTTP with SLACK_SIGNING_SECRET."),
    )


def _unreachable(subject: str, error: DeliveryError) -> Finding:
    cure = sentence("Check the network and the proxy, and SLACK_API_URL if it is set.")
    return Finding(subject, error.sentence, cure)
