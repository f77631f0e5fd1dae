"""Know who asks: name, language and whether they administer the workspace; asked of Slack once a day."""

import asyncio
import json
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.tasks import Tasks
from adapters.slack.workspaces import Workspace
from bot.errors import DeliveryError, StorageError
from bot.ports import Clock, Memory
from bot.words import choose_language

KIND = "slack.person"
KEEP = timedelta(days=1)
KEPT_AT_HAND = 10_000
# After a failure the installation's own language serves for a while, and Slack is left in peace.
KEEP_A_GUESS = timedelta(minutes=5)
# An answer waits no longer than this to be in the right language.
PATIENCE_SECONDS = 3.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Profile:
    """What Slack says of a person."""

    name: str
    language: str
    administers: bool = False


class People:
    """Remember profiles, first at hand, then in the database."""

    def __init__(self, clients: Clients, memory: Memory, clock: Clock, tasks: Tasks, language: str) -> None:
        self._clients = clients
        self._memory = memory
        self._clock = clock
        self._tasks = tasks
        self._language = language
        self._at_hand: OrderedDict[str, tuple[datetime, Profile]] = OrderedDict()

    async def profile(self, workspace: Workspace, user: str, name: str | None = None) -> Profile:
        """Return a person's profile; one made up from the payload where Slack won't tell."""
        key = f"{workspace.key}/{user}"
        known = self.at_hand(workspace, user)
        if known is not None:
            return known
        profile = await self._recall(key) or await self._ask(workspace, user, key)
        if profile is None:
            guess = Profile(name or user, self._language)
            self._keep(key, guess, KEEP_A_GUESS)
            return guess
        self._keep(key, profile, KEEP)
        return profile

    def at_hand(self, workspace: Workspace, user: str) -> Profile | None:
        """Return a profile that needs no waiting, None where there is none."""
        until, profile = self._at_hand.get(f"{workspace.key}/{user}", (None, None))
        return profile if until is not None and until > self._clock.now() else None

    def _keep(self, key: str, profile: Profile, keep: timedelta) -> None:
        self._at_hand[key] = (self._clock.now() + keep, profile)
        self._at_hand.move_to_end(key)
        if len(self._at_hand) > KEPT_AT_HAND:
            self._at_hand.popitem(last=False)

    async def _recall(self, key: str) -> Profile | None:
        try:
            kept = await self._memory.recall(KIND, key)
            return Profile(**json.loads(kept)) if kept else None
        except (StorageError, ValueError, TypeError):
            return None

    async def _ask(self, workspace: Workspace, user: str, key: str) -> Profile | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                client = await self._clients.of(workspace)
                answer = await translated(client.users_info(user=user, include_locale=True))
        except (DeliveryError, StorageError, TimeoutError) as error:
            _log.info("users.info: %s", type(error).__name__)
            return None
        profile = _read(answer.get("user") or {}, self._language)
        self._tasks.start(self._remember(key, profile))
        return profile

    async def _remember(self, key: str, profile: Profile) -> None:
        """Write a profile down while its person is answered: nobody waits for a busy database."""
        kept = {"name": profile.name, "language": profile.language, "administers": profile.administers}
        try:
            await self._memory.remember(KIND, key, json.dumps(kept, ensure_ascii=False), KEEP)
        except StorageError as error:
            _log.info("a profile is kept at hand only: %s", error)


def _read(user: dict[str, object], language: str) -> Profile:
    match user.get("profile"):
        case {"display_name": str(shown)} if shown:
            name = shown
        case _:
            name = str(user.get("real_name") or user.get("name") or user.get("id"))
    locale = user.get("locale")
    return Profile(
        name,
        choose_language(str(locale)) if locale else language,
        bool(user.get("is_admin") or user.get("is_owner")),
    )
