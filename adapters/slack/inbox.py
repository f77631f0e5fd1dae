"""Tell what was seen before: each event is answered once, however often and to whichever replica it comes."""

import asyncio
import logging
from collections import OrderedDict
from datetime import timedelta

from bot.errors import StorageError
from bot.ports import Memory

KIND = "slack.inbox"
# Slack retries for about an hour; a day also covers a long outage of ours.
KEEP = timedelta(days=1)
KEPT_AT_HAND = 20_000
# Whoever asked shouldn't wait much longer for a database that is busy elsewhere.
PATIENCE_SECONDS = 2.0
_log = logging.getLogger(__name__)


class Inbox:
    """Remember the keys of events in the database, and those of this process at hand."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._seen: OrderedDict[str, None] = OrderedDict()

    def new_here(self, key: str) -> bool:
        """Tell whether this process sees a key for the first time; for what a second answer wouldn't hurt."""
        if key in self._seen:
            return False
        self._seen[key] = None
        if len(self._seen) > KEPT_AT_HAND:
            self._seen.popitem(last=False)
        return True

    async def new(self, *keys: str) -> bool:
        """Tell whether all these keys are new everywhere; where the database fails, this process's memory decides."""
        new_here = [self.new_here(key) for key in keys]
        if not all(new_here):
            return False
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                told = [await self._memory.first_time(KIND, key, KEEP) for key in keys]
        except (StorageError, TimeoutError) as error:
            _log.warning("the inbox can't be read, so an event may be answered twice: %s", type(error).__name__)
            return True
        return all(told)
