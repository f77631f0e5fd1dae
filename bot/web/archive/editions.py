"""Tell a browser that what it has is still current: ETag and Last-Modified (RFC 9110)."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from aiohttp.web import Request


class Editions:
    """Remember since when the notes are as they are, by the stamp that changes with them.

    Whole seconds, as HTTP has them; a page drawn in the second of a change may be told from the next by its ETag only.
    """

    def __init__(self, stamp: Callable[[], str], now: Callable[[], datetime]) -> None:
        self._stamp = stamp
        self._now = now
        self._current: tuple[str, datetime] | None = None

    def since(self) -> datetime:
        """Return when the present edition of the notes was first seen (UTC)."""
        stamp = self._stamp()
        if self._current is None or self._current[0] != stamp:
            self._current = (stamp, self._now().replace(microsecond=0))
        return self._current[1]


def entity_tag(body: bytes) -> str:
    """Return the ETag of a body, without quotes."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def is_current(request: Request, tag: str, since: datetime | None) -> bool:
    """Tell whether the browser has this already. If it names ETags, they alone decide."""
    named = request.if_none_match
    if named is not None:
        return any(one.value in (tag, "*") for one in named)
    asked = request.if_modified_since
    return since is not None and asked is not None and since <= asked
