"""The archive: serving a note, a search and a feed, beside a bare aiohttp handler that only sends as many bytes."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.table import Figure

_ROOT = Path(__file__).parents[1]
_PAGES = {
    "a note": "/notes/{note}",
    "a note the browser has already (304)": "/notes/{note}",
    "a search": "/search?q=state+tracking",
    "a date": "/dates/{date}",
    "the front page": "/",
    "the feed of all notes": "/feeds/all.atom",
}
_QUANTILES = (0.5, 0.99)


def figures(quick: bool) -> Iterator[Figure]:
    """Ask for pages of ours and for as many bare bytes, in turns; both servers share a process and keep connections."""
    rounds = 50 if quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.web", folder, str(200 if quick else 5000)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=_ROOT, text=True) as server:
            assert server.stdout is not None
            try:
                where = json.loads(server.stdout.readline())
                for what, path in _PAGES.items():
                    yield _measure(what, path.format(**where), where, rounds)
            finally:
                server.terminate()


def _measure(what: str, path: str, where: Mapping[str, int], rounds: int) -> Figure:
    with (
        closing(HTTPConnection("127.0.0.1", where["port"])) as connection,
        closing(HTTPConnection("127.0.0.1", where["bare"])) as bare_connection,
    ):
        tag, size = _ask(connection, path)
        headers = {"If-None-Match": tag} if "304" in what else {}
        turns = ((connection, path), (bare_connection, f"/{0 if headers else size}"))
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for (asked, address), taken in zip(turns, times, strict=True):
                started = time.perf_counter()
                _ask(asked, address, headers)
                taken.append((time.perf_counter() - started) * 1000)
    ours, bare = (tuple(_quantile(taken, share) for share in _QUANTILES) for taken in times)
    return Figure(
        f"{what}, {size / 1000:.0f} kB",
        f"{ours[0]:.2f} ms, p99 {ours[1]:.2f} ms",
        peers={"bare aiohttp": f"{bare[0]:.2f} ms, p99 {bare[1]:.2f} ms", "ours / bare": f"{ours[0] / bare[0]:.1f}×"},
    )


def _ask(connection: HTTPConnection, path: str, headers: dict[str, str] | None = None) -> tuple[str, int]:
    connection.request("GET", path, headers=headers or {})
    response = connection.getresponse()
    body = response.read()
    assert response.status in (200, 304), f"{path}: {response.status}"
    return response.headers.get("ETag", ""), len(body)


def _quantile(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, round(share * len(taken)))]


async def _serve(folder: Path, count: int) -> None:
    """Serve made-up notes and bare bytes from one server, and print where."""
    from aiohttp.web import Application, AppRunner, Request, Response, TCPSite

    from bot import web
    from bot.core import Core
    from bot.settings import load_settings
    from bot.storage.archive import ArchiveStore
    from bot.web import assembly
    from bot.web.limits import Rate
    from bot.web.metrics import Metrics

    async def bare(request: Request) -> Response:
        return Response(body=b"x" * int(request.match_info["size"]), content_type="text/html")

    assembly.READERS = assembly.PLATFORMS = Rate(1e9, 1_000_000_000)
    notes = folder / "notes"
    _write_notes(notes, count)
    core = Core(load_settings(notes=notes, data=folder))
    library = core.open_library()
    options = web.WebOptions("127.0.0.1:0", "", "", None, True, "ko", ZoneInfo("Asia/Seoul"))
    archive = ArchiveStore(core.engine)
    server = web.build(
        options,
        library=library,
        catalogue=archive,
        clock=core.clock,
        today=core.local_date,
        metrics=Metrics(core.clock),
        probes={},
    )
    await server.start()
    assert server.address is not None
    peer = Application()
    peer.router.add_get("/{size}", bare)
    runner = AppRunner(peer, access_log=None)
    await runner.setup()
    await TCPSite(runner, "127.0.0.1", 0).start()
    newest = archive.newest(1)[0]
    where = {"port": server.address.port, "bare": runner.addresses[0][1]}
    print(json.dumps({**where, "note": newest.id, "date": str(newest.date.end)}), flush=True)
    await asyncio.Event().wait()


def _write_notes(folder: Path, count: int) -> None:
    """Write digests of five entries a day."""
    folder.mkdir()
    words = "이 논문은 큰 언어 모델의 상태 추적 능력을 살펴봅니다. Transformer와 비교한 결과가 흥미롭네요. "
    abstract = "We study state tracking in language models and find that depth matters more than width. " * 8
    for day in range(count // 5):
        date = f"{2010 + day // 336}년 {day % 336 // 28 + 1}월 {day % 28 + 1}일"
        entries = (
            f"A Study of State Tracking in Language Models, Part {day * 5 + number}\n(Ada Lovelace, Alan Turing)\n"
            f"{abstract}\n{words * 3}\n{words * 2}\n#llm #tag-{number}"
            for number in range(5)
        )
        (folder / f"{day:05}.txt").write_text("\n".join((date, *entries)), encoding="utf-8")


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
