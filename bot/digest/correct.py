"""Let edits travel: a posted digest whose entries were corrected is edited in place, without a ping.

An edit says what the message should say, whatever it said before: made twice, it changes nothing, so it needs no
look-up. Until it is written down as made, the next turn makes it again.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digest.ledger import SEND_LIMIT, Correction
from bot.digest.steps import StepQueue
from bot.errors import ChannelGone, DeliveryError
from bot.ports import Adapter, Clock

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger

# Editing is never urgent: a failed edit, and the next look for edited entries, can wait this long.
LOOK = timedelta(seconds=30)
_log = logging.getLogger(__name__)


class Corrector:
    """Edit what was posted, at most every 30 seconds."""

    def __init__(self, ledger: "Ledger", adapters: Mapping[str, Adapter], clock: Clock) -> None:
        self._ledger = ledger
        self._steps = StepQueue(ledger)
        self._adapters = adapters
        self._clock = clock
        self._looked: datetime | None = None

    async def turn(self, *, now: bool = False) -> int:
        """Make the edits that are needed; returns how many digests were brought up to date."""
        moment = self._clock.now()
        if not now and self._looked is not None and abs(moment - self._looked) < LOOK:
            return 0
        self._looked = moment
        found = await asyncio.to_thread(self._ledger.corrections, moment)
        return sum([await self._make(one) for one in found])

    async def _make(self, correction: Correction) -> bool:
        delivery = correction.delivery
        adapter = self._adapters.get(delivery.address.platform)
        if adapter is None:
            return False
        try:
            for edit in correction.edits:
                async with asyncio.timeout(SEND_LIMIT.total_seconds()):
                    await adapter.edit(delivery.address, edit.message_id, edit.payload)
        except ChannelGone as error:
            _log.warning("digest %s can't be corrected any more: %s", delivery.id, error)
        except (DeliveryError, TimeoutError) as error:
            _log.warning("correcting digest %s waits: %s", delivery.id, error)
            return False
        await self._steps.run(self._ledger.corrected, correction, self._clock.now())
        return True
