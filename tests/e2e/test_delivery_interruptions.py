"""Processes that are stopped, asked to end, or cut off from their database: each digest still comes once."""

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_delivery_kills import assert_each_once, due_now, wait_for_all
from tests.fakes.databases import OwnPostgresServer, PostgresServer, SqliteFiles, own_postgres_server
from tests.fakes.digest_worker import Worker, end, start
from tests.fakes.waiting import PATIENCE

CHANNELS = 60
FEW = 24


def stop_outside_a_transaction(pid: int, address: Path | str) -> None:
    """Stop a process while it sends: one stopped with SQLite's only write lock would stop everybody, and should."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        os.kill(pid, signal.SIGSTOP)
        if not isinstance(address, Path) or is_free(address):
            return
        os.kill(pid, signal.SIGCONT)
    raise AssertionError("the process was always writing")


def is_free(database: Path) -> bool:
    """Tell whether nobody holds a SQLite database's write lock."""
    with contextlib.closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
    return True


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_process_stopped_for_longer_than_its_lease_posts_nothing_twice(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    databases: SqliteFiles | PostgresServer = request.getfixturevalue(kind)
    address = databases.migrated()
    loop = due_now(address, tmp_path, CHANNELS)
    stopped = start(Worker(address, loop.platform.file, lease=1.0, jitter=0.05, at_once=4))
    loop.platform.wait_for_more(0)
    assert stopped.pid is not None
    stop_outside_a_transaction(stopped.pid, address)
    other = start(Worker(address, loop.platform.file, lease=1.0, at_once=8, until_done=True))
    other.join(PATIENCE)
    assert other.exitcode == 0
    os.kill(stopped.pid, signal.SIGCONT)
    stopped.terminate()
    stopped.join(PATIENCE)
    assert_each_once(loop, CHANNELS)
    loop.engine.dispose()


def test_a_replica_stopped_for_longer_than_its_lease_posts_nothing_twice(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    """Whichever it is: the one that hands out, or one that only sends."""
    address = postgresql.migrated()
    loop = due_now(address, tmp_path, FEW)
    worker = Worker(address, loop.platform.file, lease=1.0, jitter=0.05, at_once=3, cluster=True)
    replicas = [start(worker) for _ in range(3)]
    loop.platform.wait_for_more(0)
    stopped = replicas[random.randrange(3)]
    assert stopped.pid is not None
    os.kill(stopped.pid, signal.SIGSTOP)
    time.sleep(2)  # not a wait for anything: it is how long the process stands still, twice its lease
    os.kill(stopped.pid, signal.SIGCONT)
    wait_for_all(loop, FEW)
    end(replicas)
    assert_each_once(loop, FEW)
    loop.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sigterm_in_the_middle_of_a_send_ends_in_time_and_leaves_nothing_open(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    databases: SqliteFiles | PostgresServer = request.getfixturevalue(kind)
    address = databases.migrated()
    loop = due_now(address, tmp_path, FEW)
    worker = start(Worker(address, loop.platform.file, lease=45, jitter=0.5, at_once=4))
    loop.platform.wait_for_more(0)
    asked = time.monotonic()
    worker.terminate()
    worker.join(PATIENCE)
    assert worker.exitcode == 0
    assert time.monotonic() - asked < 35
    assert "sending" not in set(loop.states().values())
    last = start(Worker(address, loop.platform.file, lease=45, at_once=8, until_done=True))
    last.join(PATIENCE)
    assert_each_once(loop, FEW)
    assert loop.platform.looked() == []
    loop.engine.dispose()


def test_a_replica_asked_to_end_in_the_middle_of_a_send_ends_in_time_and_the_others_go_on(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    address = postgresql.migrated()
    loop = due_now(address, tmp_path, FEW)
    worker = Worker(address, loop.platform.file, lease=45, jitter=0.3, at_once=2, cluster=True)
    leaving, *others = [start(worker) for _ in range(3)]
    loop.platform.wait_for_more(0)
    asked = time.monotonic()
    leaving.terminate()
    leaving.join(PATIENCE)
    assert leaving.exitcode == 0
    assert time.monotonic() - asked < 35
    wait_for_all(loop, FEW)
    end(others)
    assert_each_once(loop, FEW)
    assert loop.platform.looked() == []
    loop.engine.dispose()


@pytest.fixture(scope="module")
def own_postgresql() -> Iterator[OwnPostgresServer]:
    """Return a server that nobody else uses."""
    with own_postgres_server() as server:
        yield server


@pytest.mark.parametrize("cluster", [False, True])
def test_a_postgresql_that_is_restarted_in_the_middle_of_a_run_loses_nothing(
    cluster: bool, own_postgresql: OwnPostgresServer, tmp_path: Path
) -> None:
    address = own_postgresql.migrated()
    loop = due_now(address, tmp_path, FEW)
    # Three send three times as much: the restart is to come before all is sent.
    worker = Worker(address, loop.platform.file, jitter=0.9 if cluster else 0.3, at_once=3, cluster=cluster, lease=3.0)
    workers = [start(worker) for _ in range(3 if cluster else 1)]
    loop.platform.wait_for_more(0)
    own_postgresql.restart(down=0.5)
    loop.engine.dispose()
    assert len(loop.platform.messages()) < 2 * FEW, "all was posted before the restart"
    wait_for_all(loop, FEW)
    end(workers)
    assert_each_once(loop, FEW)
    assert len(loop.platform.looked()) > 0, "nothing was being sent at the restart"
    loop.engine.dispose()
