"""Bring first answers to Discord the short way: through the SDK that costs more than drawing what they say."""

import json

import aiohttp
import yarl
from discord.http import HTTPClient, Route

from adapters.discord.acknowledging import Acknowledgements
from adapters.discord.draft import Draft
from bot.wire import to_json

# Kinds of answers, and a flag of messages, by Discord's numbers.
_MESSAGE, _CHOICES = 4, 8
_EPHEMERAL = 1 << 6


class Callback:
    """Answer interactions by a session of its own, opened when the first answer is brought."""

    def __init__(self, http: HTTPClient, acknowledgements: Acknowledgements) -> None:
        self._acknowledgements = acknowledgements
        self._headers = {"Content-Type": "application/json", "User-Agent": http.user_agent}
        self._session: aiohttp.ClientSession | None = None
        self._closed = False

    async def answer(self, interaction_id: int, token: str, body: bytes) -> int | None:
        """Return None where Discord took an answer, else its error code, 0 where it gave none.

        Raises aiohttp's errors where nobody knows, and where no answers are brought any more.
        """
        if self._closed:
            raise aiohttp.ClientConnectionError("closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=self._headers)
        # A token is letters that need no quoting: looking for some would cost more than the rest of the address.
        url = yarl.URL(f"{Route.BASE}/interactions/{interaction_id}/{token}/callback", encoded=True)
        async with self._session.post(url, data=body) as response:
            said = await response.read()
        if not response.ok:
            return _error_code(said)
        self._acknowledgements.answered(interaction_id)
        return None

    async def close(self) -> None:
        """Close the session, and open no other."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def message(draft: Draft, *, private: bool) -> bytes:
    """Write a draft as an answer that nobody is pinged by."""
    data = {
        "content": draft.content,
        "embeds": [embed.to_json() for embed in draft.embeds],
        "components": draft.components(),
        "allowed_mentions": {"parse": []},
        "flags": _EPHEMERAL if private else 0,
    }
    return _written(_MESSAGE, data)


def choices(offered: list[tuple[str, str]]) -> bytes:
    """Write names and values as an answer to somebody who is typing."""
    return _written(_CHOICES, {"choices": [{"name": name, "value": value} for name, value in offered]})


def _written(kind: int, data: object) -> bytes:
    return to_json({"type": kind, "data": data})


def _error_code(said: bytes) -> int:
    try:
        body = json.loads(said)
    except ValueError:
        return 0
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else 0
