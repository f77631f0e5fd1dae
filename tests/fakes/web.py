"""Run the web server over real notes in a thread of its own, and speak HTTP to it, well-formed or not."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import web
from bot.core import Core
from bot.settings import load_settings
from bot.storage.archive import ArchiveStore
from bot.web.address import PRIVATE_NETWORKS
from bot.web.health import Probe
from bot.web.metrics import Metrics
from bot.web.server import WebServer
from tests.fakes.waiting import PATIENCE

SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True)
class Answer:
    """What came back; headers are found by any case."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


@dataclass(frozen=True)
class Served:
    """A server that listens on a port of its own."""

    server: WebServer
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """Send one request on a connection of its own; `Accept_Language` becomes `Accept-Language`."""
        with closing(HTTPConnection(self.host, self.port, timeout=PATIENCE)) as connection:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())

    def raw(self, sent: bytes) -> bytes:
        """Send bytes as they are, and return everything that comes back until the server hangs up."""
        with socket.create_connection((self.host, self.port), timeout=PATIENCE) as connection:
            connection.sendall(sent)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@dataclass
class Notes:
    """A data folder over a folder of notes, and the server of it."""

    core: Core
    options: dict[str, object] = field(default_factory=dict)
    probes: dict[str, Probe] = field(default_factory=dict)

    def build(self) -> WebServer:
        """Build the server as the composition root does."""
        chosen = {"address": "127.0.0.1:0", "proxies": "127.0.0.0/8, ::1", "public_url": None, "required": True}
        chosen["operators"] = PRIVATE_NETWORKS
        given = {**chosen, "language": "en", "zone": ZoneInfo("Asia/Seoul"), **self.options}
        return web.build(
            web.WebOptions(**given),  # type: ignore[arg-type]  # a test's own keywords
            library=self.core.open_library(),
            catalogue=ArchiveStore(self.core.engine),
            clock=self.core.clock,
            today=self.core.local_date,
            metrics=Metrics(self.core.clock, version="0.1.0"),
            probes=self.probes,
        )


def notes_of(folder: Path, notes: Path = SEEDS) -> Notes:
    """Open the notes with a database and an index in an empty folder."""
    return Notes(Core(load_settings(notes=notes, data=folder)))


@contextmanager
def serving(build: Callable[[], WebServer]) -> Iterator[Served]:
    """Build a server, let it listen in a loop of its own thread, and stop it in the end."""
    server, ready, done = build(), threading.Event(), asyncio.Event()
    failed: list[BaseException] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def live() -> None:
        loops.append(asyncio.get_running_loop())
        try:
            await server.start()
        except BaseException as error:
            failed.append(error)
        ready.set()
        if not failed:
            await done.wait()
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(live()), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    if failed:
        raise failed[0]
    assert server.address is not None
    try:
        yield Served(server, server.address.host, server.address.port)
    finally:
        loops[0].call_soon_threadsafe(done.set)
        thread.join(PATIENCE)
        assert not thread.is_alive()
