"""The doctor's look at a database: what is wrong is found, nothing is changed, no password is said."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from bot.ports import Finding
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.examine import OVERDUE, examine
from bot.storage.migrate import migrate_to
from bot.storage.migrations import HEAD, VERSION_TABLE
from bot.storage.tables import blocks, channels, deliveries, heartbeats, meta, metadata
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.rows import fill


@pytest.fixture
def writing(address: str | Path) -> Iterator[Engine]:
    engine = open_engine(address)
    yield engine
    engine.dispose()


def wrong(address: str | Path, now: datetime | None = None) -> list[Finding]:
    return [finding for finding in examine(address, now or datetime.now(UTC)).findings if not finding.well]


def test_a_sound_database_is_well_and_known(address: str | Path, writing: Engine) -> None:
    examination = examine(address, datetime.now(UTC))
    assert [finding.subject for finding in examination.findings if finding.well] == ["database"]
    with snapshot(writing) as connection:
        row = connection.execute(select(meta.c.database_id, meta.c.revision)).one()
    assert examination.identity == (row[0], row[1])


def test_no_database_yet_is_well_and_none_is_made(tmp_path: Path) -> None:
    examination = examine(tmp_path / "paperboy.db", datetime.now(UTC))
    assert all(finding.well for finding in examination.findings)
    assert list(tmp_path.iterdir()) == []


def test_an_old_database_is_left_as_it_is(databases: SqliteFiles | PostgresServer) -> None:
    address = databases.empty()
    engine = open_engine(address)
    migrate_to(engine, "0001")
    (finding,) = examine(address, datetime.now(UTC)).findings
    assert finding.well
    assert "0001" in str(finding.seen)
    with snapshot(engine) as connection:
        assert connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "0001"
    engine.dispose()


def test_an_empty_database_gets_no_tables(databases: SqliteFiles | PostgresServer) -> None:
    address = databases.empty()
    if isinstance(address, Path):
        address.touch()
    (finding,) = examine(address, datetime.now(UTC)).findings
    assert "no tables yet" in str(finding.seen)


def test_a_newer_database_is_wrong(address: str | Path, writing: Engine) -> None:
    with transaction(writing) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    (finding,) = wrong(address)
    assert f"9999, this Paperboy's at {HEAD}" in str(finding.seen)
    assert "Update Paperboy" in str(finding.cure)


def test_a_damaged_file_is_wrong(sqlite: SqliteFiles) -> None:
    file = sqlite.migrated()
    engine = open_engine(file)
    with transaction(engine) as connection:
        fill(connection, metadata, rows=50)
    engine.dispose()
    content = bytearray(file.read_bytes())
    content[8192:40960] = b"\xa5" * (40960 - 8192)
    file.write_bytes(content)
    (finding,) = wrong(file)
    assert finding.subject == "database"
    file.write_bytes(b"not a database at all" * 100)
    (finding,) = wrong(file)
    assert "damaged" in str(finding.cure)


def test_a_locked_database_is_wrong(sqlite: SqliteFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    file = sqlite.migrated()
    engine = open_engine(file)
    monkeypatch.setattr("bot.storage.examine.PATIENCE", 0.05)
    with transaction(engine):
        (finding,) = wrong(file)
    assert "locked by another program" in str(finding.cure)
    engine.dispose()


def test_a_server_that_is_not_there_is_wrong_and_its_password_unsaid() -> None:
    (finding,) = wrong("postgresql://paperboy:canary-0123456789@127.0.0.1:1/paperboy")
    assert "PostgreSQL at 127.0.0.1 can't be used" in str(finding.cure)
    assert "canary" not in f"{finding.seen}{finding.cure}"


@pytest.mark.parametrize("address", ["mysql://u:canary-0123456789@h/d", "nonsense"])
def test_an_address_that_is_none_is_wrong(address: str) -> None:
    (finding,) = wrong(address)
    assert "DATABASE_URL" in str(finding.cure)
    assert "canary" not in f"{finding.seen}{finding.cure}"


def test_what_needs_a_person_is_found(address: str | Path, writing: Engine) -> None:
    now = datetime.now(UTC)
    with transaction(writing) as connection:
        fill(connection, metadata, rows=1)
        connection.execute(heartbeats.update().values(at=now))
        connection.execute(channels.update().values(zone="Mars/Olympus"))
        connection.execute(blocks.update().values(platform="slack", workspace="T1", since=now))
        connection.execute(deliveries.update().values(wake_at=now - OVERDUE - timedelta(seconds=5)))
    found = {finding.subject: str(finding.seen) for finding in wrong(address, now)}
    assert found.keys() == {"time zones", "slack credentials", "deliveries"}
    assert "Mars/Olympus" in found["time zones"]
    assert "T1" in found["slack credentials"]


def test_a_delivery_just_due_is_well(address: str | Path, writing: Engine) -> None:
    now = datetime.now(UTC)
    with transaction(writing) as connection:
        fill(connection, metadata, rows=1)
        connection.execute(heartbeats.delete())
        connection.execute(blocks.delete())
        connection.execute(channels.update().values(zone="Asia/Seoul"))
        connection.execute(deliveries.update().values(wake_at=now - timedelta(minutes=1)))
    assert wrong(address, now) == []


def test_a_clock_an_hour_behind_the_database_is_wrong(address: str | Path, writing: Engine) -> None:
    now = datetime.now(UTC)
    with transaction(writing) as connection:
        connection.execute(heartbeats.insert().values(runner="local", at=now))
    (finding,) = wrong(address, now - timedelta(hours=1))
    assert finding.subject == "clock"
    assert "Set the clocks" in str(finding.cure)
