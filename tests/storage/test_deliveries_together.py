"""Several workers on one ledger, and a database that fails in the middle."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection, Engine, event, select, text

from bot.digest.ledger import Arrived, Claim, TakenUp
from bot.errors import StorageError
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.storage.engine import open_engine, transaction
from bot.storage.ledger import Ledger
from bot.storage.tables import deliveries
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.digests import DigestLoop
from tests.fakes.waiting import wait_until

Result = TypeVar("Result")


@pytest.fixture
def loop(engine: Engine, tmp_path: Path) -> DigestLoop:
    return DigestLoop(engine, tmp_path)


def take_up(ledger: Ledger, step: Callable[[Connection], TakenUp]) -> Sequence[Claim]:
    """Carry a step out in a transaction of its own; returns the claims."""
    (taken,) = ledger.together([step])
    assert isinstance(taken, TakenUp), taken
    return taken.claims


def at_once(count: int, work: Callable[[int], Result]) -> list[Result]:
    """Do something several times, all starting at the same moment."""
    ready = threading.Barrier(count)

    def start(number: int) -> Result:
        ready.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


def test_three_planners_at_once_write_each_row_once(loop: DigestLoop) -> None:
    for number in range(30):
        loop.subscribe(address=ChannelAddress("console", "local", f"c{number}"))
    loop.clock.set("2024-04-17T00:00")
    ledgers = [Ledger(loop.engine, loop.composer) for _ in range(3)]
    at_once(3, lambda number: ledgers[number].plan(loop.clock.now()))
    assert len(loop.ledger_rows()) == 30


def test_of_two_workers_on_one_row_one_gets_it(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    ledgers = [Ledger(loop.engine, loop.composer) for _ in range(4)]
    (wanted,) = ledgers[0].plan(loop.clock.now())

    def claim(number: int) -> Sequence[Claim]:
        ledger = ledgers[number]
        return take_up(ledger, lambda connection: ledger.take_up_one(connection, wanted, loop.clock.now()))

    assert sorted(len(claims) for claims in at_once(4, claim)) == [0, 0, 0, 1]


def test_two_workers_that_take_up_at_once_get_different_rows(loop: DigestLoop) -> None:
    for number in range(40):
        loop.subscribe(address=ChannelAddress("console", "local", f"c{number}"))
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    ledgers = [Ledger(loop.engine, loop.composer) for _ in range(4)]
    ledgers[0].plan(loop.clock.now())

    def claim_some(number: int) -> Sequence[Claim]:
        ledger = ledgers[number]
        return take_up(ledger, lambda connection: ledger.take_up(connection, loop.clock.now(), 8))

    claims = [one.delivery_id for found in at_once(4, claim_some) for one in found]
    assert len(claims) == len(set(claims)) == 32


def test_whoever_comes_back_too_late_changes_nothing(loop: DigestLoop) -> None:
    """A worker that was stopped for longer than its lease finds its row taken over."""
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    (wanted,) = loop.ledger.plan(loop.clock.now())
    ledger = loop.ledger
    (late,) = take_up(ledger, lambda connection: ledger.take_up_one(connection, wanted, loop.clock.now()))
    loop.clock.pass_(seconds=46)
    loop.tick(alone=False)
    settled = loop.ledger_rows()
    steps = [
        lambda connection: ledger.posted(connection, [Arrived(late, "m-late", loop.clock.now())]),
        lambda connection: ledger.resend(connection, late, loop.clock.now()),
        lambda connection: ledger.not_sent(connection, late, loop.clock.now(), "NotSent", sentence("late")),
        lambda connection: ledger.unsure(connection, late, loop.clock.now(), loop.clock.now(), "", sentence("late")),
    ]
    assert ledger.together(steps)[:2] == [[None], None]
    assert loop.ledger_rows() == settled
    loop.assert_all_posted_once()


def test_a_claim_that_was_never_sent_is_looked_up_then_sent(loop: DigestLoop) -> None:
    """The process died between claim and send."""
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    (wanted,) = loop.ledger.plan(loop.clock.now())
    ledger = loop.ledger
    take_up(ledger, lambda connection: ledger.take_up_one(connection, wanted, loop.clock.now()))
    loop.restart()
    loop.tick(alone=True)
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


def test_an_answer_that_was_never_settled_is_found(loop: DigestLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process died between the platform's answer and settling."""
    loop.subscribe()
    loop.note("a", "2024-04-17")

    def die(*_: object) -> None:
        raise StorageError(sentence("The process dies here."))

    monkeypatch.setattr(loop.ledger, "posted", die)
    with pytest.raises(StorageError, match="dies here"):
        loop.tick("2024-04-17T00:00")
    loop.restart()
    loop.tick()
    assert loop.platform.looks == 1
    loop.assert_all_posted_once()


LOCKING = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(float(sys.argv[2]))
"""


@contextmanager
def locked(database: Path, seconds: float) -> Iterator[None]:
    """Let another process hold a database's write lock for so long, from the start of the block."""
    command = [sys.executable, "-c", LOCKING, str(database), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield
        process.terminate()


def test_a_database_locked_by_another_process_is_waited_for(sqlite: SqliteFiles, tmp_path: Path) -> None:
    file = sqlite.migrated()
    loop = DigestLoop(open_engine(file), tmp_path)
    loop.subscribe()
    loop.note("a", "2024-04-17")
    with locked(file, 1.0):
        started = time.monotonic()
        loop.tick("2024-04-17T00:00")
        assert time.monotonic() - started > 0.9
    loop.assert_all_posted_once()
    assert len(loop.platform.messages()) == 2
    loop.engine.dispose()


def test_a_database_locked_for_too_long_is_said_clearly_and_nothing_is_lost(
    sqlite: SqliteFiles, tmp_path: Path
) -> None:
    file = sqlite.migrated()
    loop = DigestLoop(open_engine(file, busy_timeout=0.2), tmp_path)
    loop.subscribe()
    loop.note("a", "2024-04-17")
    with locked(file, 60), pytest.raises(StorageError, match="locked by another program"):
        loop.tick("2024-04-17T00:00")
    loop.tick("2024-04-17T00:01")
    loop.assert_all_posted_once()
    loop.engine.dispose()


def test_rows_of_a_machine_that_froze_in_the_middle_are_delivered_by_another(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    address = postgresql.migrated()
    loop = DigestLoop(open_engine(address), tmp_path)
    loop.subscribe()
    loop.note("a", "2024-04-17")
    loop.clock.set("2024-04-17T00:00")
    loop.ledger.plan(loop.clock.now())
    frozen = open_engine(address, hang_timeout=1.5)
    with pytest.raises(StorageError, match="idle-in-transaction timeout"):
        freeze_meanwhile(frozen, loop)
    loop.assert_all_posted_once()
    assert len(loop.platform.messages()) == 2
    frozen.dispose()
    loop.engine.dispose()


def freeze_meanwhile(frozen: Engine, loop: DigestLoop) -> None:
    """Hold every delivery on one machine until another has sent them, then go on where it stood."""
    with transaction(frozen) as connection:
        connection.execute(select(deliveries.c.id).with_for_update())
        loop.tick()
        assert loop.platform.posts == 0
        wait_until(lambda: bool(loop.tick()))
        connection.execute(select(deliveries.c.id).with_for_update())


def test_a_full_disk_is_said_clearly_and_nothing_is_lost(sqlite: SqliteFiles, tmp_path: Path) -> None:
    loop = DigestLoop(open_engine(sqlite.migrated()), tmp_path)
    for number in range(40):
        loop.subscribe(address=ChannelAddress("console", "local", f"c{number}"))
    loop.note("a", "2024-04-17")
    loop.engine.dispose()
    with loop.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    loop.engine.dispose()

    def fill_up(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")

    event.listen(loop.engine, "connect", fill_up)
    with pytest.raises(StorageError, match="disk is full"):
        loop.tick("2024-04-17T00:00")
    event.remove(loop.engine, "connect", fill_up)
    loop.engine.dispose()
    loop.restart()
    loop.tick("2024-04-17T00:01")
    loop.assert_all_posted_once()
    assert len(loop.platform.texts()) == 40
    loop.engine.dispose()
