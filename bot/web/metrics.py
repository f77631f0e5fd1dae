"""Count and time what the bot does, in a registry of its own, and show it to Prometheus. No content, no names."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from bot.commands import Command, Typed
from bot.errors import PaperboyError
from bot.figures import IndexFigures, LedgerFigures
from bot.grammar import parse
from bot.message import Outcome, Reply, Request
from bot.ports import Clock, Handle

if TYPE_CHECKING:
    from aiohttp.web import Request as HttpRequest
    from aiohttp.web import Response

# Seconds. A lookup takes milliseconds, a platform waits 3 s for an acknowledgement, a post may take 30 s.
ANSWER_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
PLATFORM_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)
# Any other method is a stranger's word, and no label.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_logger = logging.getLogger(__name__)


class Metrics:
    """Record as things happen; `index` and `ledger` are asked at each scrape, in a thread, so they may read a database.

    Labels come from closed sets: platform, command, outcome, state, route. Nothing a person wrote becomes a label.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        version: str = "",
        index: Callable[[], IndexFigures] | None = None,
        ledger: Callable[[], LedgerFigures] | None = None,
    ) -> None:
        self._clock = clock
        self._waiting: dict[int, datetime] = {}
        self._numbers = count()
        registry = self.registry = CollectorRegistry()
        self._answers = Counter(
            "paperboy_answers", "Requests answered.", ["platform", "command", "outcome"], registry=registry
        )
        self._answer_seconds = Histogram(
            "paperboy_answer_seconds",
            "From a request to its reply.",
            ["command"],
            buckets=ANSWER_BUCKETS,
            registry=registry,
        )
        self._acknowledged = _timing("paperboy_acknowledge_seconds", "From a payload to its acknowledgement.", registry)
        # Finding the counter of some labels takes several times as long as counting.
        self._answers_of, self._seconds_of = cache(self._answers.labels), cache(self._answer_seconds.labels)
        self._acknowledged_by = cache(self._acknowledged.labels)
        self._posts = Counter("paperboy_posts", "Messages posted.", ["platform", "outcome"], registry=registry)
        self._post_seconds = _timing("paperboy_post_seconds", "From a post to the platform's answer.", registry)
        self._http = Counter(
            "paperboy_http_requests", "Web requests.", ["route", "method", "status"], registry=registry
        )
        self._http_seconds = Histogram(
            "paperboy_http_seconds",
            "From a web request to its response.",
            ["route"],
            buckets=ANSWER_BUCKETS,
            registry=registry,
        )
        Gauge("paperboy_info", "The running version.", ["version"], registry=registry).labels(version).set(1)
        ProcessCollector(registry=registry)
        registry.register(_Scrape(clock, self._oldest_waiting, index, ledger))

    def answering(self, handle: Handle) -> Handle:
        """Return `handle`, counted by outcome and timed."""

        async def handle_counted(request: Request) -> Reply:
            started, number = perf_counter(), next(self._numbers)
            self._waiting[number] = self._clock.now()
            outcome = Outcome.FAILED
            try:
                reply = await handle(request)
                outcome = reply.outcome
                return reply
            finally:
                del self._waiting[number]
                command = command_name(request.command)
                self._answers_of(request.address.platform, command, outcome.value).inc()
                self._seconds_of(command).observe(perf_counter() - started)

        return handle_counted

    def acknowledged(self, platform: str, seconds: float) -> None:
        """Record how long a platform waited for the acknowledgement of a payload."""
        self._acknowledged_by(platform).observe(seconds)

    def posted(self, platform: str, outcome: str, seconds: float) -> None:
        """Record a post: its outcome is `posted` or the name of the delivery error."""
        self._posts.labels(platform, outcome).inc()
        self._post_seconds.labels(platform).observe(seconds)

    def served(self, route: str, method: str, status: int, seconds: float) -> None:
        """Record a web request by the pattern of its route, never by its path."""
        self._http.labels(route, method if method in METHODS else "other", str(status)).inc()
        self._http_seconds.labels(route).observe(seconds)

    async def scrape(self, request: "HttpRequest") -> "Response":
        """Answer `/metrics` in the text format that the scraper asks for."""
        from aiohttp.web import Response

        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        body = await asyncio.to_thread(encode, self.registry)
        return Response(body=body, headers={"Content-Type": content_type, "Cache-Control": "no-store"})

    def _oldest_waiting(self) -> datetime | None:
        return min(list(self._waiting.values()), default=None)


def command_name(command: Command) -> str:
    """Name what a request asks for in one word of a closed set; typed words that are no command are `unreadable`."""
    if isinstance(command, Typed):
        try:
            command = parse(command, date(2000, 1, 1))  # which day it is changes no command's name
        except PaperboyError:
            return "unreadable"
    return type(command).__name__.lower()


class _Scrape(Collector):
    """Read at scrape time what is a state and not an event; what can't be read is left out and counted."""

    def __init__(
        self,
        clock: Clock,
        oldest_waiting: Callable[[], datetime | None],
        index: Callable[[], IndexFigures] | None,
        ledger: Callable[[], LedgerFigures] | None,
    ) -> None:
        self._clock = clock
        self._oldest_waiting = oldest_waiting
        self._index = index
        self._ledger = ledger

    def describe(self) -> Iterable[Metric]:
        """Promise nothing: registering must not read a database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the figures of this moment."""
        failures = 0
        for families in (self._of_requests, self._of_index, self._of_ledger):
            try:
                yield from families()
            except Exception:
                _logger.exception("figures for /metrics could not be read")
                failures += 1
        yield GaugeMetricFamily("paperboy_unreadable_figures", "Sources that this scrape could not read.", failures)

    def _of_requests(self) -> list[Metric]:
        waiting = GaugeMetricFamily(
            "paperboy_request_queue_age_seconds", "How long the oldest unanswered request waits; 0 where none does."
        )
        waiting.add_metric([], self._age(self._oldest_waiting()))
        return [waiting]

    def _of_index(self) -> list[Metric]:
        if self._index is None:
            return []
        figures = self._index()
        families: list[Metric] = [
            GaugeMetricFamily("paperboy_index_entries", "Entries that can be searched.", figures.entries)
        ]
        if figures.changed_at is not None:
            families.append(
                GaugeMetricFamily(
                    "paperboy_index_age_seconds", "Since the index last changed.", self._age(figures.changed_at)
                )
            )
        return families

    def _of_ledger(self) -> list[Metric]:
        if self._ledger is None:
            return []
        figures = self._ledger()
        states = GaugeMetricFamily("paperboy_deliveries", "Deliveries in the ledger by state.", labels=["state"])
        for state, number in sorted(figures.states.items()):
            states.add_metric([state], number)
        oldest = GaugeMetricFamily(
            "paperboy_delivery_queue_age_seconds", "Since the oldest open delivery was due; 0 where none is."
        )
        oldest.add_metric([], self._age(figures.oldest_due_at))
        beats = GaugeMetricFamily(
            "paperboy_heartbeat_age_seconds", "Since a runner of digests last looked.", labels=["runner"]
        )
        for runner, at in sorted(figures.heartbeats.items()):
            beats.add_metric([runner], self._age(at))
        return [states, oldest, beats]

    def _age(self, since: datetime | None) -> float:
        if since is None:
            return 0.0
        return max(0.0, (self._clock.now() - since.astimezone(UTC)).total_seconds())


def _timing(name: str, said: str, registry: CollectorRegistry) -> Histogram:
    return Histogram(name, said, ["platform"], buckets=PLATFORM_BUCKETS, registry=registry)
