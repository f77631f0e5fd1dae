"""Run one aiohttp server inside the bot's own loop: health, metrics, the archive, the adapters' endpoints.

aiohttp takes 0.3 s to import: it is loaded by the start of a server that listens.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bot.errors import SettingsError
from bot.sentences import Sentence, sentence
from bot.web.address import Address

if TYPE_CHECKING:
    from aiohttp.web import Application, AppRunner

    from bot.ports import HttpHandler
    from bot.web.health import Probe

    # Takes what readiness depends on, and returns everything the server shows.
    Assemble = Callable[[Mapping[str, Probe]], Application]

# Slack's largest payloads are far below this; nothing else is posted here.
BODY_BYTES = 1_000_000
LINE_BYTES = 8_190
HEADERS_AT_MOST = 64
# How long a connection may say nothing, or dribble the head of a request.
IDLE_SECONDS = 20.0
# How long bytes may lie unread by the other side before the system gives the connection up.
UNREAD_MILLISECONDS = 30_000
CONNECTIONS_AT_MOST = 500
BACKLOG = 128
LINGERING_SECONDS = 2.0
STOP_SECONDS = 5.0
_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_logger = logging.getLogger(__name__)


class WebServer:
    """The bot's one web server. Fills `bot.ports.Web`: routes and probes are added before it starts."""

    def __init__(
        self, address: Address | None, assemble: "Assemble", probes: "Mapping[str, Probe]", *, required: bool
    ) -> None:
        """Take where to listen, None for nowhere. `required` tells that an address in use stops the start.

        `assemble` is called in a thread, once the server starts.
        """
        self._asked = address
        self._assemble = assemble
        self._probes = dict(probes)
        self._routes: list[tuple[str, str, HttpHandler]] = []
        self._required = required
        self._runner: AppRunner | None = None
        self._listening: asyncio.Server | None = None
        self.address: Address | None = None

    def route(self, method: str, path: str, handler: "HttpHandler") -> None:
        """Serve a path of an adapter; to be called before the server starts. Raises SettingsError where it is off."""
        if self._asked is None:
            raise SettingsError(
                sentence("{path} needs the web server. Set PAPERBOY_HTTP_ADDRESS, e.g. to 127.0.0.1:8080.", path=path)
            )
        self._routes.append((method, path, handler))
        self._required = True

    @property
    def wanted(self) -> bool:
        """Tell whether it listens because somebody asked for it, and not by default."""
        return self.address is not None and self._required

    @property
    def required(self) -> bool:
        """Tell whether somebody asked for it, so that the bot must not start without."""
        return self._asked is not None and self._required

    def add_probe(self, name: str, probe: "Probe") -> None:
        """Let readiness depend on one more part, such as an adapter's connection; to be called before the start."""
        self._probes[name] = probe

    async def start(self) -> None:
        """Listen, unless it does already. Raises SettingsError where an address that somebody asked for can't be had.

        An address nobody asked for, with no endpoint behind it, isn't worth a bot that doesn't start.
        """
        if self._asked is None or self._listening is not None:
            return
        runner = await self._build_runner()
        await runner.setup()
        try:
            await self._listen(runner, self._asked)
        except OSError as error:
            await runner.cleanup()
            refusal = SettingsError(_refused(self._asked, error))
            if self._required:
                raise refusal from None
            _logger.warning("No web server: %s", refusal)

    async def stop(self) -> None:
        """Stop listening, let running requests end for a few seconds, close every connection. Safe to call twice."""
        listening, runner, self._listening, self._runner = self._listening, self._runner, None, None
        self.address = None
        if listening is not None:
            listening.close()
        if runner is not None:
            await runner.shutdown()
            await runner.cleanup()

    async def _build_runner(self) -> "AppRunner":
        """Put together what the server shows, while the loop goes on."""
        application = await asyncio.to_thread(self._assemble, self._probes)
        for method, path, handler in self._routes:
            application.router.add_route(method, path, handler)
        from aiohttp.web import AppRunner

        return AppRunner(
            application,
            handle_signals=False,
            access_log=None,  # paths hold what people search for
            logger=_WireLog(_logger),
            keepalive_timeout=IDLE_SECONDS,
            lingering_time=LINGERING_SECONDS,
            max_line_size=LINE_BYTES,
            max_field_size=LINE_BYTES,
            max_headers=HEADERS_AT_MOST,
            shutdown_timeout=STOP_SECONDS,
        )

    async def _listen(self, runner: "AppRunner", asked: Address) -> None:
        loop = asyncio.get_running_loop()
        make = _limited(runner)
        listening = await loop.create_server(make, asked.host, asked.port, backlog=BACKLOG)
        for each in listening.sockets:
            _give_up_on_readers_that_stall(each)
        host, port = listening.sockets[0].getsockname()[:2]
        self._runner, self._listening, self.address = runner, listening, Address(host, port)
        _logger.info("The web server listens on http://%s", self.address)


class _WireLog(logging.LoggerAdapter[logging.Logger]):
    """Log a stranger's malformed request as the small thing it is, and our own failures whole."""

    def exception(self, msg: object, *args: object, **fields: object) -> None:
        """Log an error, unless it is a request that is no HTTP."""
        from aiohttp.http_exceptions import HttpProcessingError

        failed = fields.get("exc_info")
        if isinstance(failed, HttpProcessingError):
            self.debug("a malformed web request: %s", type(failed).__name__)
        else:
            self.error(msg, *args, exc_info=failed if isinstance(failed, BaseException) else True)


class _Busy(asyncio.Protocol):
    """Turn away whoever comes while there are too many connections."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so and hang up."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a stream server makes no others
        transport.write(_BUSY)
        transport.close()


def _limited(runner: "AppRunner") -> Callable[[], asyncio.Protocol]:
    """Return what makes a protocol for a new connection."""
    server = runner.server
    assert server is not None  # noqa: S101 - the runner is set up

    def make() -> asyncio.Protocol:
        return _Busy() if len(server.connections) >= CONNECTIONS_AT_MOST else server()

    return make


def _give_up_on_readers_that_stall(listening: socket.socket) -> None:
    """Let the system drop connections that don't take what was sent; accepted sockets inherit this on Linux."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MILLISECONDS)


def _refused(address: Address, error: OSError) -> Sentence:
    match error.errno:
        case errno.EADDRINUSE:
            return sentence(
                "{address} is in use by another program. Set PAPERBOY_HTTP_ADDRESS to a free one, or to off.",
                address=address,
            )
        case errno.EACCES:
            return sentence(
                "{address} may not be used: ports below 1024 need privileges. Set PAPERBOY_HTTP_ADDRESS to another.",
                address=address,
            )
        case _:
            return sentence(
                "{address} can't be listened on ({reason}). Set PAPERBOY_HTTP_ADDRESS to an address of this machine.",
                address=address,
                reason=error.strerror or type(error).__name__,
            )
