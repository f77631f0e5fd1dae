"""Let workspaces install the app themselves: Slack's OAuth on pages of ours, and what follows an installation."""

import logging
from collections.abc import Mapping, Sequence

from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.app_manifest import SCOPES
from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.installations import Installations
from adapters.slack.pages import INSTALL_PATH, REDIRECT_PATH, failure_page, install_page, installed_page, reason_of
from adapters.slack.settings import SlackSettings
from adapters.slack.tenants import joined
from adapters.slack.workspaces import Workspace
from bot.ports import Addressbook
from bot.words import Words
from bot.words.browsers import preferred_language

_log = logging.getLogger(__name__)


class InstallationFlow(AsyncOAuthFlow):
    """Slack's flow, which also tells the core that a workspace has come (back)."""

    def __init__(
        self,
        settings: AsyncOAuthSettings,
        clients: Clients,
        installations: Installations,
        addressbook: Addressbook,
        pages: "Pages",
    ) -> None:
        super().__init__(settings=settings, logger=_log)
        self.pages = pages
        self._clients = clients
        self._installations = installations
        self._addressbook = addressbook

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        """Draw the page an installation begins on."""
        return install_page(self.pages.words(request.headers), url)

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
        await joined(self._addressbook, workspace)
        _log.info("installed in %s", workspace.key)


class Pages:
    """Draw how an installation ends, for the browser it began in; `language` is for those who prefer none of ours."""

    def __init__(self, settings: SlackSettings, language: str) -> None:
        self._redirect_url = settings.redirect_url
        self._language = language

    def words(self, headers: Mapping[str, Sequence[str]]) -> Words:
        """Return the words of a browser's language."""
        preferred = ",".join(headers.get("accept-language", ()))
        return Words(preferred_language(preferred, self._language))

    async def succeeded(self, args: AsyncSuccessArgs) -> BoltResponse:
        """Say that the app is installed, and lead back to Slack."""
        installation = args.installation
        name = installation.enterprise_name if installation.is_enterprise_install else installation.team_name
        team = installation.team_id or installation.enterprise_id
        url = f"{self._redirect_url}?app={installation.app_id}&team={team}"
        return self._answer(args, 200, installed_page(self.words(args.request.headers), name, url))

    async def failed(self, args: AsyncFailureArgs) -> BoltResponse:
        """Say why the app isn't installed."""
        _log.warning("an installation came to nothing: %r", args.reason[:100])
        page = failure_page(self.words(args.request.headers), reason_of(args.reason))
        return self._answer(args, args.suggested_status_code, page)

    @staticmethod
    def _answer(args: AsyncSuccessArgs | AsyncFailureArgs, status: int, page: str) -> BoltResponse:
        used_up = args.settings.state_utils.build_set_cookie_for_deletion()
        return BoltResponse(
            status=status, body=page, headers={"Content-Type": "text/html; charset=utf-8", "Set-Cookie": used_up}
        )


def oauth_settings(
    settings: SlackSettings,
    store: AsyncInstallationStore,
    states: AsyncOAuthStateStore,
    pages: Pages,
    public_url: str | None,
) -> AsyncOAuthSettings:
    """Describe the flow: scopes as in the manifest, our own stores, pages and address."""
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
        callback_options=AsyncCallbackOptions(success=pages.succeeded, failure=pages.failed),
        logger=_log,
    )
