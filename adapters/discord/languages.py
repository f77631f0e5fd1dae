"""Know what a channel chose, first of all its language, without waiting long for the database."""

import asyncio
import time
from collections import OrderedDict

from bot.errors import PaperboyError
from bot.model import Channel, ChannelAddress
from bot.ports import Addressbook
from bot.words import LANGUAGES

SECONDS = 60.0
# Seconds to wait for the database before an answer has to do without it.
PATIENCE = 0.5
MOST_REMEMBERED = 5000


class Languages:
    """Remember channels' languages for a minute."""

    def __init__(self, addressbook: Addressbook) -> None:
        self._addressbook = addressbook
        self._known: OrderedDict[ChannelAddress, tuple[float, str | None]] = OrderedDict()

    async def public(self, address: ChannelAddress, fallback: str) -> str:
        """Return the language of public answers in a channel; `fallback` where it chose none, or both."""
        now = time.monotonic()
        at, language = self._known.get(address, (-SECONDS, None))
        if now - at >= SECONDS:
            try:
                async with asyncio.timeout(PATIENCE):
                    language = await self._addressbook.language_of(address)
            except (TimeoutError, PaperboyError):
                # An answer in another language is better than none: Discord doesn't wait for our database.
                return fallback
            self._known[address] = (now, language)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return language if language in LANGUAGES else fallback

    def forget(self, address: ChannelAddress) -> None:
        """Ask again next time: somebody may just have changed it."""
        self._known.pop(address, None)


async def configured(addressbook: Addressbook, address: ChannelAddress) -> Channel | None:
    """Return a channel as it is configured; None where nobody did, or where the database is slow to tell."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await addressbook.channel(address)
    except (TimeoutError, PaperboyError):
        return None
