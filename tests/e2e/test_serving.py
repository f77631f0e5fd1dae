"""The web server over a whole core: ready when everything is well, and a scrape that tells how it goes."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands import Typed
from bot.core import Core
from bot.errors import ChannelGone, SettingsError, StorageError
from bot.message import Person, Reply, Request
from bot.model import ChannelAddress
from bot.serving import Connected, build_metrics, build_web, connection_probe, core_probes
from bot.settings import HttpSettings, load_settings
from bot.storage.engine import transaction
from bot.storage.inserts import insert_or_update
from bot.storage.tables import heartbeats
from bot.web.counted import CountedAdapter
from tests.fakes.channels import Fault, FaultyChannel
from tests.fakes.web import Served, serving

CHANNEL = ChannelAddress("console", "local", "main")


@pytest.fixture
def core(place: Path, monkeypatch: pytest.MonkeyPatch) -> Core:
    monkeypatch.setenv("PAPERBOY_HTTP_ADDRESS", "127.0.0.1:0")
    monkeypatch.setenv("PAPERBOY_PUBLIC_URL", "https://notes.example.org")
    return opened_core()


def opened_core() -> Core:
    core = Core(load_settings(notes="seeds", data="."))
    core.open_library()
    return core


@pytest.fixture
def served(core: Core) -> Iterator[Served]:
    with serving(lambda: build_web(core, "ko", build_metrics(core))) as running:
        yield running


def beat(core: Core, ago: timedelta = timedelta()) -> None:
    with transaction(core.engine) as connection:
        insert_or_update(connection, heartbeats, {"runner": "local", "at": core.clock.now() - ago}, ["runner"])


def missing(core: Core) -> dict[str, str]:
    async def ask() -> dict[str, str]:
        said = {name: await probe() for name, probe in core_probes(core).items()}
        return {name: str(one) for name, one in said.items() if one is not None}

    return asyncio.run(ask())


def test_a_bot_is_ready_once_its_scheduler_beats(core: Core, served: Served) -> None:
    first = served.get("/readyz")
    assert first.status == 503
    assert "The scheduler isn't running. `paperboy run` starts it." in first.text
    beat(core, timedelta(minutes=5))
    assert "The scheduler hasn't run since 20" in missing(core)["scheduler"]
    beat(core)
    assert missing(core) == {}


def test_a_database_that_is_gone_is_named(core: Core) -> None:
    beat(core)
    core.engine.dispose()
    Path("paperboy.db").write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError, match=r"paperboy\.db"):
        missing(core)


class Gateway:
    connected = False


def test_an_adapters_connection_counts(core: Core) -> None:
    gateway = Gateway()
    server = build_web(core, "en", build_metrics(core))
    server.add_probe("discord", connection_probe(gateway))
    beat(core)
    with serving(lambda: server) as running:
        down = running.get("/readyz")
        assert (down.status, '"discord": "The connection is down; it is being opened again."' in down.text) == (
            503,
            True,
        )
    gateway.connected = True
    assert isinstance(gateway, Connected)
    again = build_web(core, "en", build_metrics(core))
    again.add_probe("discord", connection_probe(gateway))
    with serving(lambda: again) as running:
        assert running.get("/readyz").status == 200


def test_the_archive_is_where_the_settings_say(served: Served) -> None:
    page = served.get("/tags/llm", Host="notes.example.org").text
    assert '<link rel="canonical" href="https://notes.example.org/tags/llm">' in page
    assert '<html lang="ko">' in page


def test_a_scrape_tells_of_answers_posts_index_and_ledger(core: Core, tmp_path: Path) -> None:
    metrics = build_metrics(core)
    platform = FaultyChannel(tmp_path / "messages.jsonl")
    platform.faults.extend([None, Fault.GONE])
    adapter = CountedAdapter(platform, metrics)

    async def use() -> None:
        async def handle(request: Request) -> Reply:
            return await asyncio.to_thread(core.service().handle, request)

        answer = metrics.answering(handle)
        for text in ("megalodon", "zxqvwj"):
            await answer(Request(CHANNEL, Person("1", "Kim"), Typed("paper", text), "en", "7F3A"))
        await adapter.post(CHANNEL, '{"text": "a"}', "d1", None)
        with pytest.raises(ChannelGone):
            await adapter.post(CHANNEL, '{"text": "b"}', "d2", None)

    asyncio.run(use())
    metrics.acknowledged("slack", 0.02)
    beat(core)
    with serving(lambda: build_web(core, "en", metrics)) as served:
        text = served.get("/metrics").text
    for line in (
        'paperboy_answers_total{command="lookup",outcome="answered",platform="console"} 1.0',
        'paperboy_answers_total{command="lookup",outcome="nothing_found",platform="console"} 1.0',
        'paperboy_posts_total{outcome="posted",platform="console"} 1.0',
        'paperboy_posts_total{outcome="ChannelGone",platform="console"} 1.0',
        'paperboy_answer_seconds_count{command="lookup"} 2.0',
        'paperboy_acknowledge_seconds_count{platform="slack"} 1.0',
        "# TYPE paperboy_deliveries gauge",
        "paperboy_delivery_queue_age_seconds 0.0",
        "paperboy_request_queue_age_seconds 0.0",
        "paperboy_index_entries 38.0",
        "paperboy_unreadable_figures 0.0",
        'paperboy_info{version="0.1.0"} 1.0',
    ):
        assert line in text
    assert "megalodon" not in text
    age = next(line for line in text.splitlines() if line.startswith("paperboy_index_age_seconds"))
    assert 0 <= float(age.split()[1]) < 600


def test_an_address_in_use_stops_the_start_only_where_it_was_chosen(
    place: Path, served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PAPERBOY_HTTP_ADDRESS", f"127.0.0.1:{served.port}")
    chosen = opened_core()
    with pytest.raises(SettingsError, match="is in use by another program"):
        asyncio.run(build_web(chosen, "en", build_metrics(chosen)).start())
    nobodys_choice = HttpSettings.model_construct(set(), **chosen.settings.http.model_dump())
    by_default = Core(chosen.settings.model_copy(update={"http": nobodys_choice}))
    by_default.open_library()
    asyncio.run(build_web(by_default, "en", build_metrics(by_default)).start())
    assert "is in use by another program" in caplog.text
