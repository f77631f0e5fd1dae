"""`paperboy worker` as a process of its own, beside a bot on the same PostgreSQL."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.e2e.test_console import Conversation
from tests.fakes.databases import PostgresServer
from tests.fakes.waiting import PATIENCE

ROOT = Path(__file__).parents[2]


def test_a_worker_joins_the_replicas_and_ends_when_asked(postgresql: PostgresServer, place: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": postgresql.empty()}
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "worker"],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        worker = Conversation(process)
        try:
            assert worker.hears("digests are delivered by the cluster runner, shared with every replica")
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE) == 0
        finally:
            worker.end()
    assert (place / "paperboy.index").is_dir(), "a replica has an index of its own"
    assert not (place / "paperboy.db").exists()
