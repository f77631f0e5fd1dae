"""Answer completions the short way: through the SDK an answer costs twice what finding it does, at every keystroke."""

import aiohttp
import yarl
from discord.http import HTTPClient, Route

from adapters.discord.acknowledging import Acknowledgements


class Callback:
    """Bring answers to Discord by a session of its own, opened when the first is brought."""

    def __init__(self, http: HTTPClient, acknowledgements: Acknowledgements) -> None:
        self._acknowledgements = acknowledgements
        self._headers = {"Content-Type": "application/json", "User-Agent": http.user_agent}
        self._session: aiohttp.ClientSession | None = None

    async def answer(self, interaction_id: int, token: str, body: bytes) -> bool:
        """Send an answer, and tell whether Discord took it; raises aiohttp's errors."""
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=self._headers)
        # A token is letters that need no quoting: looking for some would cost more than the rest of the address.
        url = yarl.URL(f"{Route.BASE}/interactions/{interaction_id}/{token}/callback", encoded=True)
        async with self._session.post(url, data=body) as response:
            await response.read()
        if response.ok:
            self._acknowledgements.answered(interaction_id)
        return response.ok

    async def close(self) -> None:
        """Close the session."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
