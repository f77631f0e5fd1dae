"""The server as a server: where it listens, what it refuses, whom it waits for, and how it stops."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest
from aiohttp.web import Request, Response

from bot.errors import SettingsError
from bot.sentences import Sentence, sentence
from bot.web import assembly
from bot.web import server as server_module
from bot.web.limits import Rate
from bot.web.server import BODY_BYTES, WebServer
from tests.fakes.waiting import PATIENCE
from tests.fakes.web import Notes, Served, notes_of, serving


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Notes:
    return notes_of(tmp_path_factory.mktemp("web"))


@pytest.fixture
def served(notes: Notes) -> Iterator[Served]:
    with serving(lambda: build(notes)) as running:
        yield running


def build(notes: Notes) -> WebServer:
    server = notes.build()
    server.route("POST", "/platform/events", echo)
    server.route("GET", "/platform/crash", crash)
    return server


async def echo(request: Request) -> Response:
    return Response(body=await request.read())


async def crash(request: Request) -> Response:
    raise RuntimeError("xoxb-secret")


def test_it_listens_on_loopback_and_says_where(served: Served) -> None:
    assert served.host == "127.0.0.1"
    assert served.get("/healthz").status == 200


def test_it_starts_once(served: Served, notes: Notes) -> None:
    async def start_twice() -> tuple[object, object]:
        server = notes.build()
        await server.start()
        first = server.address
        await server.start()
        second = server.address
        await server.stop()
        return first, second

    first, second = asyncio.run(start_twice())
    assert first == second
    assert first is not None


def test_a_server_that_listens_nowhere_loads_no_web_framework() -> None:
    code = (
        "import asyncio, sys, bot.bootstrap, bot.serving, bot.web.counted, bot.web.metrics\n"
        "from bot.web.server import WebServer\n"
        "asyncio.run(WebServer(None, lambda probes: 1 / 0, {}, required=True).start())\n"
        "print({'aiohttp', 'jinja2', 'sqlalchemy', 'watchfiles'} & set(sys.modules))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert shown.stdout.strip() == "set()"


def test_an_address_in_use_is_one_sentence_with_a_cure(served: Served, notes: Notes) -> None:
    taken = Notes(notes.core, {"address": f"127.0.0.1:{served.port}"})
    with pytest.raises(SettingsError) as error, serving(taken.build):
        pass
    assert str(error.value) == (
        f"127.0.0.1:{served.port} is in use by another program. Set PAPERBOY_HTTP_ADDRESS to a free one, or to off."
    )


def test_an_address_nobody_chose_may_be_in_use(served: Served, notes: Notes, caplog: pytest.LogCaptureFixture) -> None:
    server = Notes(notes.core, {"address": f"127.0.0.1:{served.port}", "required": False}).build()
    asyncio.run(server.start())
    assert server.address is None
    assert "is in use by another program" in caplog.text


def test_an_address_of_another_machine_is_refused(notes: Notes) -> None:
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1:80 can't be listened on"):
        asyncio.run(Notes(notes.core, {"address": "192.0.2.1:80"}).build().start())


def test_switched_off_it_listens_nowhere_and_takes_no_endpoints(notes: Notes) -> None:
    server = Notes(notes.core, {"address": "off"}).build()
    asyncio.run(server.start())
    assert server.address is None
    with pytest.raises(SettingsError, match=r"/slack/events needs the web server\. Set PAPERBOY_HTTP_ADDRESS"):
        server.route("POST", "/slack/events", echo)


def test_an_adapter_receives_its_bytes_and_a_body_too_large_is_refused(served: Served) -> None:
    body = bytes(range(256)) * 100
    assert served.get("/platform/events", "POST", body).body == body
    assert served.get("/platform/events", "POST", b"x" * (BODY_BYTES + 1)).status == 413
    assert served.get("/platform/events").status == 405
    assert served.get("/platform/events").headers["Allow"] == "POST"


def test_a_crash_has_a_reference_in_answer_and_log_and_no_secret_in_the_answer(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    answer = served.get("/platform/crash")
    assert answer.status == 500
    (record,) = [record for record in caplog.records if record.getMessage() == "a web request failed"]
    assert answer.text == f"Something went wrong on my side (ref {record.__dict__['ref']}). Nothing was changed.\n"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 10_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(100)) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
def test_a_malformed_request_is_refused_and_the_next_one_answered(served: Served, sent: bytes) -> None:
    assert served.raw(sent).startswith(b"HTTP/1.0 400 Bad Request"), sent[:60]
    assert served.get("/healthz").status == 200


def test_who_says_nothing_or_dribbles_is_hung_up_on(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 0.3)
    with serving(notes.build) as served:
        assert served.raw(b"") == b""
        assert served.raw(b"GET / HTTP/1.1\r\nHost: loc") == b""


def test_too_many_connections_are_turned_away(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "CONNECTIONS_AT_MOST", 2)
    with serving(notes.build) as served:
        held = [socket.create_connection((served.host, served.port)) for _ in range(2)]
        for one in held:
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert one.recv(100).startswith(b"HTTP/1.1 200")
        assert served.raw(b"").startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n")
        for one in held:
            one.close()


def test_a_stranger_is_slowed_down_politely_and_health_is_not(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "READERS", Rate(per_second=1, burst=20))  # however slow the machine is
    with serving(lambda: build(notes)) as served:
        answers = [served.get("/robots.txt") for _ in range(30)]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused, "nobody was slowed down"
        assert refused[0].headers["Retry-After"] == "1"
        assert refused[0].text == "That was a little fast. Please wait a moment, then try again.\n"
        assert served.get("/healthz").status == served.get("/readyz").status == 200
        assert served.get("/platform/events", "POST", b"a").status == 200, "platforms have a limit of their own"
        assert served.get("/robots.txt", X_Forwarded_For="198.51.100.7").status == 200, (
            "another client is another client"
        )


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "notes.example.org@evil.example"])
def test_a_name_that_only_points_at_loopback_is_not_answered(served: Served, host: str) -> None:
    assert served.get("/", Host=host).status == 421
    assert served.get("/", Host="localhost:1").status == 200


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_operators_is_told_to_private_networks_alone(served: Served, path: str) -> None:
    refused = served.get(path, X_Forwarded_For="198.51.100.7")
    assert refused.status == 403
    assert "PAPERBOY_HTTP_OPERATORS" in refused.text
    assert "paperboy_" not in refused.text
    assert served.get(path, X_Forwarded_For="2001:db8::7").status == 403
    for inside in ("10.1.2.3", "::1", "fd00::1", "192.168.0.9"):
        assert served.get(path, X_Forwarded_For=inside).status == 200
    assert served.get("/healthz", X_Forwarded_For="198.51.100.7").status == 200


def test_operators_elsewhere_can_be_let_in(notes: Notes) -> None:
    with serving(Notes(notes.core, {"operators": "198.51.100.0/24"}).build) as served:
        assert served.get("/metrics", X_Forwarded_For="198.51.100.7").status == 200
        assert served.get("/metrics").status == 403


def test_readiness_names_what_is_missing(notes: Notes) -> None:
    async def well() -> Sentence | None:
        return None

    async def down() -> Sentence | None:
        return sentence("The gateway is down.")

    async def crashed() -> Sentence | None:
        raise OSError("postgresql://user:secret@host")

    with serving(Notes(notes.core, probes={"index": well, "discord": down, "database": crashed}).build) as served:
        answer = served.get("/readyz")
        assert answer.status == 503
        assert "secret" not in answer.text
        assert '"missing": [\n    "database",\n    "discord"\n  ]' in answer.text
        assert '"discord": "The gateway is down."' in answer.text
        assert served.get("/healthz").status == 200


def test_metrics_count_routes_and_never_paths(served: Served) -> None:
    served.get("/search?q=geheim")
    served.get("/dates/2024-04-17")
    served.get("/no/such/page")
    text = served.get("/metrics").text
    assert 'paperboy_http_requests_total{method="GET",route="/dates/{date}",status="200"} 1.0' in text
    assert 'route="unmatched",status="404"' in text
    assert "geheim" not in text
    assert "2024-04-17" not in text


def test_it_stops_while_a_connection_is_open(notes: Notes) -> None:
    with serving(notes.build) as served:
        held = socket.create_connection((served.host, served.port), timeout=PATIENCE)
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert held.recv(1)
    with closing(held):
        assert list(iter(lambda: held.recv(65536), b""))[-1].endswith(b"true\n}\n")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((served.host, served.port))
