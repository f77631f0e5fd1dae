"""Put the adapter together from its settings and what the core offers."""

import logging

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.adapter import Parts, SlackAdapter
from adapters.slack.answers import Answers
from adapters.slack.clients import Clients, OneToken, Tokens
from adapters.slack.conversations import Conversations
from adapters.slack.delivery import Deliveries
from adapters.slack.home import Home
from adapters.slack.inbox import Inbox
from adapters.slack.installations import DatabaseInstallationStore, DatabaseStateStore, Installations
from adapters.slack.lifecycle import Lifecycle
from adapters.slack.listeners import Listeners
from adapters.slack.modals import Modals
from adapters.slack.names import Names
from adapters.slack.oauth import InstallationFlow, Pages, oauth_settings
from adapters.slack.people import People
from adapters.slack.presence import Presence
from adapters.slack.reading import Reading
from adapters.slack.settings import SlackSettings
from adapters.slack.tasks import Tasks
from adapters.slack.unfurl import Unfurling
from adapters.slack.web import Endpoints
from bot.errors import SettingsError
from bot.ports import Host
from bot.sentences import sentence

_log = logging.getLogger(__name__)


def assemble(host: Host, settings: SlackSettings) -> SlackAdapter:
    """Build the adapter and mount its pages. Raises SettingsError where the core lacks what the settings ask for."""
    store = _store(host, settings)
    installations = Installations(store, host.clock) if store else None
    clients = Clients(settings, _tokens(settings, installations))
    tasks = Tasks()
    app = _app(settings)
    listeners = _listeners(host, settings, clients, installations, tasks)
    listeners.register(app)
    flow = None
    if store is not None and installations is not None and host.database is not None:
        pages = Pages(settings, host.language)
        described = oauth_settings(settings, store, DatabaseStateStore(host.database), pages, host.public_url)
        flow = InstallationFlow(described, clients, installations, host.addressbook, pages)
    Endpoints(app, flow, host.acknowledged).mount(host.web, events=not settings.socket_mode)
    deliveries = Deliveries(clients, host.clock)
    return SlackAdapter(Parts(settings, app, listeners, clients, deliveries, tasks, host.acknowledged))


class _WithoutLookup(AsyncAuthorize):
    """Let Bolt dispatch by the payload alone: tokens are fetched after the ack, whatever the database does."""

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: object,
    ) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)


def _app(settings: SlackSettings) -> AsyncApp:
    log = logging.getLogger(f"{__name__}.bolt")
    # Bolt warns of tokens it finds in the environment and doesn't use; that is how it is meant here.
    log.setLevel(logging.ERROR)
    secret = settings.signing_secret
    return AsyncApp(
        name="paperboy",
        logger=log,
        signing_secret=secret.get_secret_value().strip() if secret else "",
        client=AsyncWebClient(base_url=settings.base_url, retry_handlers=[]),
        authorize=_WithoutLookup(),  # type: ignore[no-untyped-call]  # Bolt's constructor
        # Every listener acknowledges and returns: a task of its own would be looked after ten milliseconds later.
        process_before_response=True,
    )


def _store(host: Host, settings: SlackSettings) -> DatabaseInstallationStore | None:
    if not settings.many_workspaces or settings.client_id is None:
        return None
    if host.database is None:
        raise SettingsError(sentence("Many workspaces need a database; one workspace needs SLACK_BOT_TOKEN."))
    return DatabaseInstallationStore(settings.client_id, host.database)


def _tokens(settings: SlackSettings, installations: Installations | None) -> Tokens:
    if installations is not None:
        return installations
    if settings.bot_token is None:
        raise AssertionError("the settings have a bot token or a client id")
    return OneToken(settings.bot_token.get_secret_value())


def _listeners(
    host: Host, settings: SlackSettings, clients: Clients, installations: Installations | None, tasks: Tasks
) -> Listeners:
    inbox = Inbox(host.memory)
    people = People(clients, host.memory, host.clock, tasks, host.language)
    conversations = Conversations(
        host,
        people,
        Names(clients),
        Presence(clients, settings.digest_command),
        Answers(clients, people, host.clock),
        admins_only=settings.admins_only,
    )
    modals = Modals(clients, conversations, host.suggestions, host.addressbook, host.clock, tasks)
    reading = Reading(clients, conversations)
    return Listeners(
        settings,
        clock=host.clock,
        conversations=conversations,
        inbox=inbox,
        modals=modals,
        home=Home(clients, conversations, host.addressbook, modals, reading, host.clock, tasks),
        reading=reading,
        unfurling=Unfurling(clients, conversations, inbox, host.memory, host.addressbook),
        lifecycle=Lifecycle(host.addressbook, inbox, installations),
        tasks=tasks,
    )
