"""The hands of one process: take up what is due for as many channels as there are free hands, and carry it out."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.digest.deliver import Deliverer
from bot.digest.ledger import Claim
from bot.errors import PaperboyError

AT_ONCE = 50
# A send may take 30 s; whoever stops waits that long and no longer.
STOP_LIMIT = 33.0
# A hand whose database fails is kept still for a moment, in seconds.
AFTER_TROUBLE = 1.0
_log = logging.getLogger(__name__)


class Crew:
    """Serve at most `at_once` channels at once; one caller at a time takes up."""

    def __init__(self, deliverer: Deliverer, *, at_once: int = AT_ONCE) -> None:
        self._deliverer = deliverer
        self._at_once = at_once
        self._serving: dict[int, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self.freed = asyncio.Event()  # set whenever a hand comes free, or the crew is stopped
        self.trouble: PaperboyError | None = None  # the last error that kept a delivery from going on

    @property
    def stopping(self) -> bool:
        """Say whether nothing new is taken up any more."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Take nothing new up."""
        self._stopping.set()
        self.freed.set()

    async def take_up_due(self) -> list[str]:
        """Take up what is due until nothing is left, and return its ids; the last ones may still be being sent.

        Raises StorageError where the database can't be used.
        """
        ids: list[str] = []
        while taken := await self._take_up():
            ids += taken
        return ids

    async def work_off(self) -> list[str]:
        """Carry everything out that is due, also what becomes due by that, and return the ids.

        Raises StorageError where the database can't be used; what was being sent then is in the ledger.
        """
        ids: list[str] = []
        while self.trouble is None and not self.stopping:
            self.freed.clear()
            serving = bool(self._serving)  # their channels are left out of what is taken up next
            if taken := await self._take_up():
                ids += taken
            elif serving:
                await self.freed.wait()
            else:
                break
        return ids

    @asynccontextmanager
    async def finishing(self) -> AsyncIterator[None]:
        """Wait for what is being sent, however the block ends."""
        try:
            yield
        finally:
            if self._serving:
                await asyncio.wait(self._serving.values(), timeout=STOP_LIMIT)

    async def _take_up(self) -> tuple[str, ...]:
        """Take up as much as there are free hands, once there is one; returns the ids, none if nothing is due."""
        while len(self._serving) >= self._at_once and not self.stopping:
            self.freed.clear()
            await self.freed.wait()
        if self.stopping:
            return ()
        taken = await self._deliverer.take_up(self._at_once - len(self._serving), tuple(self._serving))
        for mine in taken.claims:
            self._serving[mine.channel_id] = asyncio.create_task(self._serve(mine))
        return taken.ids

    async def _serve(self, mine: Claim) -> None:
        try:
            await self._deliverer.carry_out(mine)
        except PaperboyError as error:
            _log.error("delivery %s waits: %s", mine.delivery_id, error)
            self.trouble = error
            await self._keep_still()
        finally:
            del self._serving[mine.channel_id]
            self.freed.set()

    async def _keep_still(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(AFTER_TROUBLE):
                await self._stopping.wait()
