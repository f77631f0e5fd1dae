"""Tell whoever looks after an installation of what is broken, once a cause, and keep what was told true.

A row is written before the message, and a message that may have arrived is looked up before it is sent again: a crash
or a restart tells nothing twice. What is broken is read from the ledger each time, so that nothing is missed either.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digest.alert import Alert, Cause, Sending, Trouble, alert_reply
from bot.digest.composer import words_of
from bot.digest.ledger import REST, SEND_LIMIT
from bot.errors import ChannelGone, CredentialsRefused, DeliveryError, NotSent, RateLimited, StorageError
from bot.model import ChannelAddress
from bot.ports import Adapter, Clock, SendWindow

if TYPE_CHECKING:
    from bot.storage.alerts import AlertStore

LOOK = timedelta(seconds=30)
# A send that came to nothing is tried again after this.
BACK_OFF = timedelta(minutes=1)
# Telling must not keep the digests waiting: what is left is told in the next turn.
TOLD_AT_ONCE = 5
_log = logging.getLogger(__name__)


class Teller:
    """Tell in `ops_channel` where there is one, else whoever installed the bot, else who subscribed the channel.

    `language` is that of the ops channel; None takes the broken channel's.
    """

    def __init__(
        self,
        store: "AlertStore",
        adapters: Mapping[str, Adapter],
        clock: Clock,
        *,
        ops_channel: ChannelAddress | None = None,
        language: str | None = None,
    ) -> None:
        self._store = store
        self._adapters = adapters
        self._clock = clock
        self._ops_channel = ops_channel
        self._language = language
        self._send_limit = min(SEND_LIMIT, store.lease * 2 / 3).total_seconds()
        self._looked: datetime | None = None

    async def turn(self, *, now: bool = False) -> None:
        """Tell what is new, at most every 30 seconds unless `now`; a fault of a platform is left to a later turn."""
        moment = self._clock.now()
        if not now and self._looked is not None and abs(moment - self._looked) < LOOK:
            return
        self._looked = moment
        found = await asyncio.to_thread(self._store.look, moment)
        broken = [(one, one.cause) for one in found if one.cause]
        for alert, cause in [pair for pair in broken if pair[0].message_id is not None]:
            await self._redraw(alert, cause)
        for alert, cause in [pair for pair in broken if pair[0].message_id is None][:TOLD_AT_ONCE]:
            await self._tell(alert, cause)

    async def _tell(self, alert: Alert, cause: Cause) -> None:
        speaks = self._ops_channel.platform if self._ops_channel else cause.platform
        adapter = self._adapters.get(speaks)
        if adapter is None:
            return  # another process speaks for that platform
        destination = await self._place(cause, adapter)
        if destination is None:
            _log.warning("nobody can be told of %s:%s: %s", cause.platform, cause.workspace, cause.reason)
            await asyncio.to_thread(self._store.put_off, alert, self._clock.now() + REST, stored=alert.unsure)
            return
        payload = self._draw(alert, cause, destination)
        mine = await asyncio.to_thread(self._store.claim, alert, destination, payload, self._clock.now())
        if mine is not None:
            await self._carry_out(mine, adapter)

    async def _carry_out(self, mine: Sending, adapter: Adapter) -> None:
        """Look where the message may be already, send it, write down what became of it."""
        sending: Sending | None = mine
        try:
            found = await self._look(mine, adapter) if mine.unsure else None
            if mine.unsure and found is None:
                sending = await asyncio.to_thread(self._store.resend, mine, self._clock.now())
            if sending is None:
                return
            async with asyncio.timeout(self._send_limit):
                message_id = found or await adapter.post(sending.destination, sending.payload, sending.id, None)
        except StorageError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an adapter does, the digests go on
            await self._put_off(sending or mine, error)
        else:
            await asyncio.to_thread(self._store.told, sending, message_id)

    async def _look(self, mine: Sending, adapter: Adapter) -> str | None:
        async with asyncio.timeout(self._send_limit):
            window = SendWindow(mine.first_sent_at, mine.last_sent_at)
            return await adapter.find(mine.destination, mine.id, window, None)

    async def _put_off(self, mine: Sending, error: Exception) -> None:
        """Try again later; a send that certainly stored nothing leaves nothing to look up, unless one went before."""
        now, certain = self._clock.now(), not mine.unsure and mine.first_sent_at == mine.last_sent_at
        reason = str(error) or type(error).__name__
        _log.warning("alert %s for %s is not told yet: %s", mine.id, mine.destination, reason)
        match error:
            case ChannelGone() | CredentialsRefused():
                until, stored = now + REST, not certain
            case RateLimited(retry_after=seconds):
                until, stored = now + timedelta(seconds=seconds), not certain
            case NotSent():
                until, stored = now + BACK_OFF, not certain
            case _:
                until, stored = now + BACK_OFF, True
        await asyncio.to_thread(self._store.put_off, mine, until, stored=stored)

    async def _redraw(self, alert: Alert, cause: Cause) -> None:
        """Bring a message up to date that was told before another channel broke for the same cause; it pings nobody."""
        adapter = self._adapters.get(alert.destination.platform) if alert.destination else None
        if adapter is None or alert.destination is None or alert.message_id is None:
            return
        payload = self._draw(alert, cause, alert.destination)
        if payload == alert.payload:
            return
        try:
            async with asyncio.timeout(self._send_limit):
                await adapter.edit(alert.destination, alert.message_id, payload)
        except ChannelGone as error:
            _log.warning("alert %s can't be brought up to date: %s", alert.id, error)
        except Exception as error:  # noqa: BLE001 - whatever an adapter does, the digests go on
            _log.warning("alert %s is brought up to date later: %s", alert.id, str(error) or type(error).__name__)
            return
        await asyncio.to_thread(self._store.redrawn, alert, payload)

    def _draw(self, alert: Alert, cause: Cause, destination: ChannelAddress) -> str:
        in_ops = destination == self._ops_channel
        words = words_of((self._language if in_ops else None) or cause.language)
        same = (destination.platform, destination.workspace) == (cause.platform, cause.workspace)
        near = destination.platform == cause.platform and (same or not in_ops)
        first, *_ = self._adapters[destination.platform].render(alert_reply(alert.id, cause, words, near=near))
        return first

    async def _place(self, cause: Cause, adapter: Adapter) -> ChannelAddress | None:
        """Return where to tell of a cause, None where nobody is known, or where nothing can be said."""
        ops = self._ops_channel
        mute = cause.trouble is Trouble.LOCKED_OUT
        if ops is not None:
            within = (ops.platform, ops.workspace) == (cause.platform, cause.workspace)
            return None if mute and within else ops
        for person in () if mute else dict.fromkeys((None, cause.subscriber)):
            try:
                async with asyncio.timeout(self._send_limit):
                    place = await adapter.direct(cause.workspace, person)
            except (DeliveryError, StorageError, TimeoutError) as error:
                _log.info("no direct message in %s:%s: %s", cause.platform, cause.workspace, error)
                continue
            if place is not None:
                return place
        return None
