"""Let workspaces install the app themselves: the two pages of Slack's OAuth, and what follows an installation."""

import logging

from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.app_manifest import SCOPES
from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.installations import Installations
from adapters.slack.settings import SlackSettings
from adapters.slack.workspaces import PLATFORM, Workspace
from bot.ports import Addressbook

INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
_log = logging.getLogger(__name__)


class InstallationFlow(AsyncOAuthFlow):
    """Slack's flow, which also tells the core that a workspace has come (back)."""

    def __init__(
        self, settings: AsyncOAuthSettings, clients: Clients, installations: Installations, addressbook: Addressbook
    ) -> None:
        super().__init__(settings=settings, logger=_log)
        self._clients = clients
        self._installations = installations
        self._addressbook = addressbook

    async def handle_callback(self, request: AsyncBoltRequest):  # type: ignore[no-untyped-def]  # as in Bolt
        """Take the browser back from Slack; the client is opened only now, inside the running loop."""
        self._async_client = self._clients.with_token(None)
        return await translated(super().handle_callback(request))

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Keep an installation and wake the workspace's channels."""
        await super().store_installation(request, installation)
        team = installation.team_id or installation.enterprise_id
        workspace = Workspace(str(team), installation.enterprise_id)
        self._installations.renew(workspace)
        await self._addressbook.workspace_joined(PLATFORM, workspace.key)
        _log.info("installed in %s", workspace.key)


def oauth_settings(
    settings: SlackSettings,
    store: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
    public_url: str | None,
) -> AsyncOAuthSettings:
    """Describe the flow: scopes as in the manifest, our own stores, our own address."""
    secret = settings.client_secret
    return AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=secret.get_secret_value() if secret else None,
        scopes=list(SCOPES),
        redirect_uri=f"{public_url.rstrip('/')}{REDIRECT_PATH}" if public_url else None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=settings.authorize_url,
        installation_store=store,
        state_store=states,
        logger=_log,
    )
