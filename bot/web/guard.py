"""Stand between the socket and the handlers: names, rates, time, failures, and the headers every answer carries."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from types import MappingProxyType

from aiohttp.typedefs import Handler
from aiohttp.web import (
    HTTPException,
    HTTPMethodNotAllowed,
    HTTPNotFound,
    HTTPRequestEntityTooLarge,
    Request,
    Response,
    StreamResponse,
    middleware,
)

from bot.logs import referring
from bot.web.address import Network
from bot.web.limits import RateLimiter, client_address, client_of, is_among

HANDLER_SECONDS = 30.0
# What these say is nobody's business but the operator's.
FOR_OPERATORS = frozenset({"/readyz", "/metrics"})
# Strict: pages load their stylesheet and icon from here and nothing else, run nothing, are framed by nobody.
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
            " frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "X-Robots-Tag": "noindex, nofollow",
        "Server": "Paperboy",
    }
)
_logger = logging.getLogger(__name__)

Served = Callable[[str, str, int, float], None]
# Draws a failure for a person: the request, the status, and the reference of the log line.
DrawFailure = Callable[[Request, int, str], Response]


class Guard:
    """One middleware for every request."""

    def __init__(
        self,
        *,
        hosts: frozenset[str] | None,
        proxies: Sequence[Network],
        operators: Sequence[Network],
        limiter_of: Callable[[str], RateLimiter | None],
        draw_failure: DrawFailure,
        served: Served,
    ) -> None:
        self._hosts = hosts
        self._proxies = proxies
        self._operators = operators
        self._limiter_of = limiter_of
        self._draw_failure = draw_failure
        self._served = served

    @middleware
    async def watch(self, request: Request, handler: Handler) -> StreamResponse:
        """Let a request through to its handler, or answer what keeps it out."""
        started = perf_counter()
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unmatched"
        reference = secrets.token_hex(2).upper()
        with referring(reference):
            response = self._kept_out(request, route, reference) or await self._handled(request, handler, reference)
        if not response.prepared:
            for name, value in SECURITY_HEADERS.items():
                response.headers.setdefault(name, value)
        self._served(route, request.method, response.status, perf_counter() - started)
        return response

    def _kept_out(self, request: Request, route: str, reference: str) -> Response | None:
        if self._hosts is not None and _host(request) not in self._hosts:
            return self._draw_failure(request, 421, reference)
        if route in FOR_OPERATORS and not self._from_operator(request):
            return self._draw_failure(request, 403, reference)
        limiter = self._limiter_of(route)
        if limiter is None:
            return None
        wait = limiter.wait(client_of(request.remote, request.headers.get("X-Forwarded-For"), self._proxies))
        if not wait:
            return None
        response = self._draw_failure(request, 429, reference)
        response.headers["Retry-After"] = str(wait)
        return response

    def _from_operator(self, request: Request) -> bool:
        client = client_address(request.remote, request.headers.get("X-Forwarded-For"), self._proxies)
        return client is not None and is_among(client, self._operators)

    async def _handled(self, request: Request, handler: Handler, reference: str) -> StreamResponse:
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                return await handler(request)
        except HTTPMethodNotAllowed as refusal:
            response = self._draw_failure(request, 405, reference)
            response.headers["Allow"] = refusal.headers["Allow"]
            return response
        except (HTTPNotFound, HTTPRequestEntityTooLarge) as refusal:
            return self._draw_failure(request, refusal.status, reference)
        except HTTPException:
            raise
        except TimeoutError:
            _logger.warning("a web request took too long", extra={"ref": reference})
            return self._draw_failure(request, 503, reference)
        except Exception:
            _logger.exception("a web request failed", extra={"ref": reference})
            return self._draw_failure(request, 500, reference)


def _host(request: Request) -> str:
    host = request.headers.get("Host", "")
    bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return bare.strip("[]").casefold() or "localhost"  # HTTP/1.0 names none, and no browser speaks it
