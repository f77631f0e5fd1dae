"""Lookups take turns on the loop, which does everything else in between; a crash becomes a sentence."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable

import pytest

from bot import answering as module
from bot.answering import answering
from bot.commands import Command, Lookup, Tags
from bot.core import Core
from bot.message import Outcome, Person, Reply, Request
from bot.model import ChannelAddress
from bot.service import Service
from tests.fakes.asynchronous import asynchronous

LOOKUPS = 5
LONGER_THAN_A_SPELL = 0.004  # seconds; see bot.answering


def asked(command: Command) -> Request:
    """Return the request of somebody in a channel."""
    return Request(ChannelAddress("slack", "T1", "C1"), Person("U1", "kim", True), command, "en", "7F3A", public=False)


def watched(core: Core, before: Callable[[], None]) -> Service:
    """Return the real service, which says first that it is about to answer."""

    class Watched(Service):
        def handle(self, request: Request) -> Reply:
            before()
            return super().handle(request)

    return Watched(core.library, today=core.local_date, digests=lambda: core.digests, aliases=core.tag_aliases)


@asynchronous
async def test_the_loop_goes_on_between_two_spells_of_lookups(core: Core) -> None:
    went: list[str] = []

    def look_up() -> None:
        went.append("lookup")
        time.sleep(LONGER_THAN_A_SPELL)

    handle = answering(watched(core, look_up))

    async def acknowledge() -> None:
        for _ in range(5 * LOOKUPS):
            went.append("ack")
            await asyncio.sleep(0)

    replies = await asyncio.gather(*(handle(asked(Lookup("megalodon"))) for _ in range(LOOKUPS)), acknowledge())
    assert all(reply.outcome is Outcome.ANSWERED for reply in replies[:LOOKUPS] if reply)
    assert went.index("ack") < went.index("lookup")
    spells = " ".join(went).split("lookup")
    assert all(between.count("ack") >= 4 for between in spells[1:-1])
    assert went.count("lookup") == LOOKUPS


@asynchronous
async def test_a_lookup_in_a_large_library_and_what_needs_the_database_leave_the_loop_alone(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    handle = answering(watched(core, lambda: threads.append(threading.current_thread())))
    await handle(asked(Lookup("megalodon")))
    await handle(asked(Tags()))
    monkeypatch.setattr(module, "_QUICKLY_SEARCHED", 3)
    await handle(asked(Lookup("megalodon")))
    assert [thread is threading.main_thread() for thread in threads] == [True, False, False]


@asynchronous
async def test_a_crash_is_admitted_with_the_reference_of_its_log_line(
    core: Core, caplog: pytest.LogCaptureFixture
) -> None:
    def crash() -> None:
        raise ZeroDivisionError

    handle = answering(watched(core, crash))
    with caplog.at_level(logging.ERROR):
        reply = await handle(asked(Lookup("megalodon")))
    assert reply == Reply("Something went wrong on my side (ref 7F3A). Nothing was changed.", outcome=Outcome.FAILED)
    assert "ZeroDivisionError" in caplog.text
