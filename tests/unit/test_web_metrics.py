"""Metrics count what happened under names from closed sets, and survive sources that can't be read."""

import asyncio
from datetime import UTC, datetime

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from bot.commands import Command, Lookup, OpenEntry, Typed
from bot.figures import IndexFigures, LedgerFigures
from bot.message import Outcome, Person, Reply, Request
from bot.model import ChannelAddress
from bot.web.metrics import Metrics, command_name
from tests.fakes.asynchronous import asynchronous
from tests.fakes.clock import FakeClock

NOON = "2026-11-21T12:00:00"


def request(command: Command) -> Request:
    return Request(ChannelAddress("console", "local", "main"), Person("1", "Kim"), command, "en", "7F3A")


def figures(metrics: Metrics) -> dict[str, float]:
    text = generate_latest(metrics.registry).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {f"{one.name}{sorted(one.labels.items())}": one.value for one in samples}


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return figures(metrics).get(f"{name}{sorted(labels.items())}")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (Lookup("megalodon"), "lookup"),
        (Typed("paper", "megalodon"), "lookup"),
        (Typed("mention", "megalodon 찾아줘"), "lookup"),
        (Typed("digest", "2024-04-17"), "showdigest"),
        (Typed("digest", "2024-13-45"), "unreadable"),
        (OpenEntry("e1"), "openentry"),
    ],
)
def test_a_command_is_named_by_what_it_asks(command: Command, name: str) -> None:
    assert command_name(command) == name


@asynchronous
async def test_answers_are_counted_by_outcome_and_timed() -> None:
    metrics = Metrics(FakeClock(NOON))

    async def handle(asked: Request) -> Reply:
        return Reply("nothing", outcome=Outcome.NOTHING_FOUND)

    counted = metrics.answering(handle)
    for _ in range(3):
        assert (await counted(request(Typed("paper", "geheim")))).text == "nothing"
    labels = {"platform": "console", "command": "lookup", "outcome": "nothing_found"}
    assert value(metrics, "paperboy_answers_total", **labels) == 3
    assert value(metrics, "paperboy_answer_seconds_count", command="lookup") == 3
    assert "geheim" not in str(figures(metrics))


@asynchronous
async def test_a_handler_that_raises_is_counted_as_failed_and_no_longer_waited_for() -> None:
    clock = FakeClock(NOON)
    metrics = Metrics(clock)

    async def handle(asked: Request) -> Reply:
        clock.pass_(seconds=7)
        assert value(metrics, "paperboy_request_queue_age_seconds") == 7
        raise OSError("lost")

    with pytest.raises(OSError, match="lost"):
        await metrics.answering(handle)(request(OpenEntry("e1")))
    labels = {"platform": "console", "command": "openentry", "outcome": "failed"}
    assert value(metrics, "paperboy_answers_total", **labels) == 1
    assert value(metrics, "paperboy_request_queue_age_seconds") == 0


def test_posts_and_acknowledgements_are_timed_by_platform() -> None:
    metrics = Metrics(FakeClock(NOON))
    metrics.acknowledged("slack", 0.02)
    metrics.posted("discord", "RateLimited", 0.3)
    assert value(metrics, "paperboy_acknowledge_seconds_count", platform="slack") == 1
    assert value(metrics, "paperboy_posts_total", platform="discord", outcome="RateLimited") == 1
    assert value(metrics, "paperboy_post_seconds_sum", platform="discord") == 0.3


def test_states_are_read_at_the_scrape() -> None:
    at_eleven = datetime(2026, 11, 21, 11, tzinfo=UTC)
    metrics = Metrics(
        FakeClock(NOON),
        version="0.1.0",
        index=lambda: IndexFigures(1803, at_eleven),
        ledger=lambda: LedgerFigures({"posted": 12, "ambiguous": 1}, at_eleven, {"local": at_eleven}),
    )
    assert value(metrics, "paperboy_info", version="0.1.0") == 1
    assert value(metrics, "paperboy_index_entries") == 1803
    assert value(metrics, "paperboy_index_age_seconds") == 3600
    assert value(metrics, "paperboy_deliveries", state="ambiguous") == 1
    assert value(metrics, "paperboy_delivery_queue_age_seconds") == 3600
    assert value(metrics, "paperboy_heartbeat_age_seconds", runner="local") == 3600
    assert value(metrics, "paperboy_unreadable_figures") == 0


def test_a_source_that_fails_leaves_its_figures_out_and_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> LedgerFigures:
        raise OSError("no database")

    metrics = Metrics(FakeClock(NOON), ledger=broken, index=lambda: IndexFigures(5))
    assert value(metrics, "paperboy_unreadable_figures") == 1
    assert value(metrics, "paperboy_index_entries") == 5
    assert not [name for name in figures(metrics) if name.startswith("paperboy_deliveries")]
    assert "could not be read" in caplog.text


def test_two_bots_in_one_process_count_apart_and_strange_methods_share_a_label() -> None:
    one, other = Metrics(FakeClock(NOON)), Metrics(FakeClock(NOON))
    one.served("/", "BREW", 405, 0.1)
    assert value(one, "paperboy_http_requests_total", route="/", method="other", status="405") == 1
    assert value(other, "paperboy_http_requests_total", route="/", method="other", status="405") is None


def test_a_probe_that_hangs_is_told_from_one_that_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.sentences import Sentence
    from bot.web import health

    monkeypatch.setattr(health, "PROBE_SECONDS", 0.05)
    asked: list[str] = []

    async def hanging() -> Sentence | None:
        asked.append("hanging")
        await asyncio.Event().wait()
        return None

    async def well() -> Sentence | None:
        return None

    async def twice() -> None:
        checked = health.Health({"database": hanging, "index": well}, lambda: 100.0)
        missing = await checked.missing()
        assert {name: str(said) for name, said in missing.items()} == {"database": "No answer within 0.05 seconds."}
        assert await checked.missing() == missing
        assert asked == ["hanging"], "within a second the parts are asked once"

    asyncio.run(twice())
