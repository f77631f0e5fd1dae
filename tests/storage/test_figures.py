"""The ledger in numbers: what is open and overdue, what became of the rest, who beats."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.figures import LedgerFigures
from bot.model import ChannelAddress
from bot.storage.figures import reach, read_ledger_figures
from tests.fakes.channels import Fault
from tests.fakes.digests import DigestLoop


def test_a_new_ledger_owes_nothing_and_nobody_beats(engine: Engine) -> None:
    reach(engine)
    assert read_ledger_figures(engine, datetime(2024, 4, 17, tzinfo=UTC)) == LedgerFigures()


def test_states_overdue_and_heartbeats_are_read(engine: Engine, tmp_path: Path) -> None:
    loop = DigestLoop(engine, tmp_path)
    loop.note("one", "2024-04-17", "llm")
    loop.subscribe("all")
    loop.subscribe("all", ChannelAddress("console", "local", "other"))
    loop.platform.faults.extend([None, Fault.NOT_SENT])
    loop.ledger.beat("local", loop.clock.now())
    loop.tick("2024-04-17T00:00")
    figures = read_ledger_figures(engine, loop.clock.now())
    assert figures.states == {"posted": 2, "pending": 2}, "a message and its thread each"
    assert figures.oldest_due_at == datetime(2024, 4, 17, tzinfo=UTC)
    assert list(figures.heartbeats) == ["local"]
    assert read_ledger_figures(engine, datetime(2024, 4, 16, 23, tzinfo=UTC)).oldest_due_at is None
