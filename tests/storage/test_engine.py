"""A database that can't be used says why in one sentence; one that can keeps readers and writers apart."""

import sqlite3
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import OperationalError

from bot.errors import StorageError
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.entries import EntryStore
from bot.storage.faults import explain
from bot.storage.migrate import migrate
from bot.storage.tables import meta
from tests.fakes.databases import PostgresServer, SqliteFiles

SECRET = "p4ssw0rd"
BUSY_TIMEOUT = 0.3  # seconds


def complaint(address: str | Path) -> str:
    """Return the sentence with which a database is refused."""
    engine = open_engine(address, busy_timeout=BUSY_TIMEOUT)
    with pytest.raises(StorageError) as refused:
        use(engine)
    engine.dispose()
    return str(refused.value)


def use(engine: Engine) -> None:
    """Do what any start does, and write something."""
    migrate(engine)
    EntryStore(engine).remember_analyser("1")


def test_a_locked_file_is_named(sqlite: SqliteFiles) -> None:
    file = sqlite.migrated()
    engine = open_engine(file)
    with transaction(engine):
        assert complaint(file).startswith(f"The database {file} is locked by another program.")
    engine.dispose()


def test_a_file_that_is_locked_before_its_first_use_is_named_after_one_wait(tmp_path: Path) -> None:
    file = tmp_path / "paperboy.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    assert "is locked by another program" in complaint(file)
    assert time.monotonic() - started < 10 * BUSY_TIMEOUT
    other.close()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "paperboy.db"
    file.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    assert "is damaged" in complaint(file)
    assert str(file) in complaint(file)


def test_a_file_damaged_in_the_middle_is_named(sqlite: SqliteFiles) -> None:
    file = sqlite.migrated()
    content = bytearray(file.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    file.write_bytes(content)
    assert "is damaged" in complaint(file)


def test_a_read_only_file_is_named(sqlite: SqliteFiles) -> None:
    file = sqlite.migrated()
    assert "is read-only" in complaint(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "paperboy.db"
    assert complaint(file).startswith(f"The folder {file.parent} of the database doesn't exist.")


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path).startswith(f"The database {tmp_path} can't be opened.")


def test_a_full_disk_is_named_and_nothing_is_half_written(sqlite: SqliteFiles) -> None:
    engine = open_engine(sqlite.migrated())

    def fill() -> None:
        with transaction(engine) as connection:
            connection.execute(update(meta).values(revision=7))
            connection.execute(text("PRAGMA max_page_count = 1"))
            connection.execute(text("CREATE TABLE big AS SELECT randomblob(1000000) AS much"))

    with pytest.raises(StorageError, match="The disk is full"):
        fill()
    with snapshot(engine) as connection:
        assert connection.scalar(select(meta.c.revision)) == 0
    engine.dispose()


def test_a_failing_disk_is_named(tmp_path: Path) -> None:
    file = tmp_path / "paperboy.db"
    engine = open_engine(file)
    said = explain(engine, OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error")))
    assert str(said) == f"The disk failed under the database {file}. Check the disk."


def test_a_postgresql_that_is_not_there_is_named_without_its_password() -> None:
    said = complaint(f"postgres://ann:{SECRET}@127.0.0.1:9/paperboy")
    assert said.startswith("PostgreSQL at 127.0.0.1 can't be used: ")
    assert said.endswith("Check DATABASE_URL and whether the server is up.")
    assert SECRET not in said


def test_a_postgresql_database_that_does_not_exist_is_named(postgresql: PostgresServer) -> None:
    said = complaint(postgresql.empty().replace("/paperboy_test_", "/nothing_like_it_"))
    assert "does not exist" in said


def test_a_password_is_in_no_message_even_if_the_driver_repeats_it() -> None:
    said = complaint(f"postgresql://ann:{SECRET}@{SECRET}.invalid/paperboy")
    assert SECRET not in said.replace(f"{SECRET}.invalid", "")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("mysql://ann@host/x", "Paperboy can't keep its data in “mysql”"),
        ("postgresql+asyncpg://host/x", "Paperboy can't keep its data in “postgresql+asyncpg”"),
        ("sqlite://", "Paperboy can't keep its data in “sqlite”"),
        ("sqlite:///:memory:", "Paperboy can't keep its data in “sqlite”"),
        ("paperboy.db", "DATABASE_URL is not a database address"),
        ("postgresql://ann:secret@host:many/x", "DATABASE_URL is not a database address"),
    ],
)
def test_an_address_that_is_none_is_refused(address: str, sentence: str) -> None:
    with pytest.raises(StorageError, match=sentence.replace("+", r"\+")) as refused:
        open_engine(address)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_means_psycopg(scheme: str) -> None:
    assert open_engine(f"{scheme}://ann@host/x").url.drivername == "postgresql+psycopg"


def test_postgresql_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StorageError, match=r"pip install 'paperboy\[postgresql\]'"):
        open_engine("postgresql://ann@host/x")


def test_a_fault_of_the_program_is_not_blamed_on_the_database(engine: Engine) -> None:
    with pytest.raises(Exception, match="no_such_table") as fault, transaction(engine) as connection:
        connection.execute(text("SELECT 1 FROM no_such_table"))
    assert not isinstance(fault.value, StorageError)


def test_values_are_in_no_message(engine: Engine) -> None:
    with pytest.raises(Exception, match="parameters hidden") as fault, transaction(engine) as connection:
        connection.execute(text("SELECT :secret FROM no_such_table"), {"secret": SECRET})
    assert SECRET not in str(fault.value)


def test_a_reader_sees_one_state_while_somebody_writes(engine: Engine) -> None:
    with snapshot(engine) as reader:
        before = reader.scalar(select(meta.c.revision))
        with transaction(engine) as writer:
            writer.execute(update(meta).values(revision=5))
        assert reader.scalar(select(meta.c.revision)) == before
    with snapshot(engine) as reader:
        assert reader.scalar(select(meta.c.revision)) == 5


def test_a_block_that_fails_is_rolled_back(engine: Engine) -> None:
    def fail() -> None:
        with transaction(engine) as connection:
            connection.execute(update(meta).values(revision=5))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with snapshot(engine) as connection:
        assert connection.scalar(select(meta.c.revision)) == 0


def test_writers_that_read_first_wait_for_each_other(engine: Engine) -> None:
    """Each thread reads the count before it writes: on SQLite that fails at once without the write lock up front."""

    def add() -> None:
        for _ in range(20):
            with transaction(engine) as connection:
                lock = select(meta.c.revision).with_for_update()
                count = connection.scalar(lock) or 0
                connection.execute(update(meta).values(revision=count + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with snapshot(engine) as connection:
        assert connection.scalar(select(meta.c.revision)) == 80


def test_sqlite_keeps_its_promises_on_every_connection(sqlite: SqliteFiles) -> None:
    engine = open_engine(sqlite.migrated())
    with snapshot(engine) as one, snapshot(engine) as other:
        for connection in (one, other):
            pragmas = {name: connection.scalar(text(f"PRAGMA {name}")) for name in ("foreign_keys", "journal_mode")}
            assert pragmas == {"foreign_keys": 1, "journal_mode": "wal"}
            assert connection.scalar(text("PRAGMA synchronous")) == 2
    engine.dispose()
