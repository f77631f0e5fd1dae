"""Keep the workspaces that installed the app: Slack's own stores over our database, behind their async interface."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from logging import Logger
from typing import Any, TypeVar

from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.bot import Bot
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.workspaces import Workspace
from bot.ports import Clock, Database

Result = TypeVar("Result")

# Another replica may have been told of an uninstallation; its token is asked for again after this time.
FRESH = timedelta(minutes=5)
STATE_SECONDS = 600
_log = logging.getLogger(__name__)


class DatabaseInstallationStore(AsyncInstallationStore):
    """Let slack_sdk's synchronous store work in a thread of the core's, with the core's engine."""

    def __init__(self, client_id: str, database: Database) -> None:
        self._client_id = client_id
        self._database = database

    @property
    def logger(self) -> Logger:
        """Return the adapter's log."""
        return _log

    async def async_save(self, installation: Installation) -> None:
        """Save an installation and its bot."""
        await self._with(lambda store: store.save(installation))

    async def async_save_bot(self, bot: Bot) -> None:
        """Save a bot."""
        await self._with(lambda store: store.save_bot(bot))

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Find the bot of a workspace, or of a whole organisation."""
        found: Bot | None = await self._with(
            lambda store: store.find_bot(
                enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
            )
        )
        return found

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Find an installation, the newest where no person is named."""
        found: Installation | None = await self._with(
            lambda store: store.find_installation(
                enterprise_id=enterprise_id,
                team_id=team_id,
                user_id=user_id,
                is_enterprise_install=is_enterprise_install,
            )
        )
        return found

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        """Delete a workspace's bot."""
        await self._with(lambda store: store.delete_bot(enterprise_id=enterprise_id, team_id=team_id))

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Delete a person's installation, or all of a workspace."""
        await self._with(
            lambda store: store.delete_installation(enterprise_id=enterprise_id, team_id=team_id, user_id=user_id)
        )

    async def _with(self, work: Callable[[Any], Result]) -> Result:
        def run(engine: Any) -> Result:
            # Imported here because it brings SQLAlchemy, which one workspace with one token never needs.
            from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore

            return work(SQLAlchemyInstallationStore(self._client_id, engine, logger=_log))

        return await self._database.run(run)


class DatabaseStateStore(AsyncOAuthStateStore):
    """Let slack_sdk's synchronous state store work in a thread of the core's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def logger(self) -> Logger:
        """Return the adapter's log."""
        return _log

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """Issue a state that is good for one installation."""
        issued: str = await self._with(lambda store: store.issue())
        return issued

    async def async_consume(self, state: str) -> bool:
        """Use a state up; tell whether it was good."""
        consumed: bool = await self._with(lambda store: store.consume(state))
        return consumed

    async def _with(self, work: Callable[[Any], Result]) -> Result:
        def run(engine: Any) -> Result:
            from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore

            return work(SQLAlchemyOAuthStateStore(STATE_SECONDS, engine, logger=_log))

        return await self._database.run(run)


class Installations:
    """Know the bot token of each workspace that installed the app."""

    def __init__(self, store: AsyncInstallationStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._fresh: dict[Workspace, tuple[datetime, str]] = {}

    async def token(self, workspace: Workspace) -> str | None:
        """Return a workspace's bot token, its organisation's where that installed the app; None where nobody did."""
        until, token = self._fresh.get(workspace, (self._clock.now(), ""))
        if until > self._clock.now():
            return token
        bot = await self._find(workspace)
        if bot is None or not bot.bot_token:
            self._fresh.pop(workspace, None)
            return None
        self._fresh[workspace] = (self._clock.now() + FRESH, bot.bot_token)
        return bot.bot_token

    async def installer(self, workspace: Workspace) -> str | None:
        """Return who installed the app last in a workspace, or for its organisation; None where nobody did."""
        whole = workspace.whole_organisation
        found = await self._store.async_find_installation(
            enterprise_id=workspace.enterprise,
            team_id=None if whole else workspace.team,
            is_enterprise_install=whole,
        )
        if found is None and workspace.enterprise is not None and not whole:
            return await self.installer(Workspace(workspace.enterprise, workspace.enterprise))
        return found.user_id if found is not None else None

    async def remove(self, workspace: Workspace, *, entirely: bool) -> None:
        """Forget a workspace's bot, and with `entirely` everybody's installation there."""
        self.renew(workspace)
        delete = self._store.async_delete_all if entirely else self._store.async_delete_bot
        team = None if workspace.whole_organisation else workspace.team
        await delete(enterprise_id=workspace.enterprise, team_id=team)

    def renew(self, workspace: Workspace) -> None:
        """Ask for tokens again: a workspace, or its organisation for all of its own, has come or gone."""
        whole = workspace.enterprise if workspace.whole_organisation else None
        gone = [known for known in self._fresh if known == workspace or (whole and known.enterprise == whole)]
        for known in gone:
            del self._fresh[known]

    async def _find(self, workspace: Workspace) -> Bot | None:
        enterprise, team = workspace.enterprise, workspace.team
        found = await self._store.async_find_bot(enterprise_id=enterprise, team_id=team, is_enterprise_install=False)
        if found is None and enterprise is not None:
            return await self._store.async_find_bot(enterprise_id=enterprise, team_id=None, is_enterprise_install=True)
        return found
