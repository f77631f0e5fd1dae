"""Say whether the bot lives and whether it is ready: every part that can be missing is asked, each within a limit."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp.web import Request, Response

from bot.errors import PaperboyError
from bot.sentences import Sentence, sentence

# A probe says None when it is well, else a sentence about what is missing that anybody may read.
Probe = Callable[[], Awaitable[Sentence | None]]

PROBE_SECONDS = 3.0
# Probes may come as often as they like: the parts are asked once in this time.
REMEMBERED_SECONDS = 1.0
_logger = logging.getLogger(__name__)


class Health:
    """Answer `/healthz` and `/readyz`."""

    def __init__(self, probes: Mapping[str, Probe], clock: Callable[[], float]) -> None:
        self.probes = dict(probes)
        self._clock = clock
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._missing: dict[str, Sentence] = {}

    async def live(self, request: Request) -> Response:
        """Answer that the process turns."""
        return _json(200, {"live": True})

    async def ready(self, request: Request) -> Response:
        """Answer 200 where nothing is missing, else 503 and what is."""
        missing = await self.missing()
        parts = {name: str(missing[name]) if name in missing else "ok" for name in self.probes}
        return _json(503 if missing else 200, {"ready": not missing, "missing": sorted(missing), "parts": parts})

    async def missing(self) -> Mapping[str, Sentence]:
        """Ask every part, all at once, and return what is wrong by name."""
        async with self._asking:
            if self._clock() - self._asked_at >= REMEMBERED_SECONDS:
                names = list(self.probes)
                answers = await asyncio.gather(*(_ask(name, self.probes[name]) for name in names))
                self._missing = {name: said for name, said in zip(names, answers, strict=True) if said is not None}
                self._asked_at = self._clock()
            return self._missing


async def _ask(name: str, probe: Probe) -> Sentence | None:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await probe()
    except TimeoutError:
        return sentence("No answer within {seconds} seconds.", seconds=f"{PROBE_SECONDS:g}")
    except PaperboyError as error:
        return error.sentence
    except Exception:
        _logger.exception("the readiness probe %s failed", name)
        return sentence("This could not be checked; the log says why.")


def _json(status: int, document: Mapping[str, object]) -> Response:
    body = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return Response(status=status, text=body, content_type="application/json", headers={"Cache-Control": "no-store"})
