"""Export and import: SQLite to PostgreSQL and back, nothing lost; anything odd changes nothing."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, insert, select, text

from bot.errors import StorageError, UsageError
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.migrate import migrate, migrate_to
from bot.storage.migrations import HEAD
from bot.storage.tables import audit, channels, heartbeats, meta, metadata
from bot.storage.transfer import export_lines, import_lines, transferred
from bot.storage.transfer_file import Tally, end_line, row_line
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.rows import fill
from tests.fakes.transfers import NOW, everything, exported

Databases = SqliteFiles | PostgresServer


@pytest.fixture(params=["sqlite to postgresql", "postgresql to sqlite", "sqlite to sqlite"])
def pair(
    request: pytest.FixtureRequest, sqlite: SqliteFiles, postgresql: PostgresServer
) -> Iterator[tuple[Engine, Engine]]:
    kinds: dict[str, Databases] = {"sqlite": sqlite, "postgresql": postgresql}
    old, new = (open_engine(kinds[name].migrated()) for name in request.param.split(" to "))
    yield old, new
    old.dispose()
    new.dispose()


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with transaction(engine) as connection:
        fill(connection, metadata, rows=3)
    return engine


def test_everything_arrives_in_the_other_kind_of_database(pair: tuple[Engine, Engine]) -> None:
    old, new = pair
    with transaction(old) as connection:
        fill(connection, metadata, rows=4)
        connection.execute(meta.update().values(revision=12345, analyser_version="7"))
    lines = exported(old)
    counts = import_lines(new, lines, "export.jsonl")
    before, after = everything(old), everything(new)
    (old_meta,), (new_meta,) = before.pop("meta"), after.pop("meta")
    assert before.pop("heartbeats"), "the old one was running"
    assert after.pop("heartbeats") == []
    assert after == before
    assert all(after.values()), "a table without rows proves nothing"
    assert (new_meta["revision"], new_meta["analyser_version"]) == (12345, "7")
    assert new_meta["database_id"] != old_meta["database_id"], "an index fed from the old one must be built anew"
    assert counts == {table.name: 4 for table in transferred()} | {"meta": 1}
    assert exported(new) == lines, "and back again it is the same file, byte for byte"


def test_new_rows_are_numbered_after_the_loaded_ones(pair: tuple[Engine, Engine]) -> None:
    old, new = pair
    with transaction(old) as connection:
        fill(connection, metadata, rows=3)
    import_lines(new, exported(old), "export.jsonl")
    change = {"channel_id": 1, "at": NOW, "person": "p", "action": "a", "before": "", "after": ""}
    with transaction(new) as connection:
        assert connection.execute(insert(audit).values(change).returning(audit.c.id)).scalar_one() == 4


def test_an_empty_database_moves_too(pair: tuple[Engine, Engine]) -> None:
    old, new = pair
    assert import_lines(new, exported(old), "export.jsonl") == {"meta": 1}
    with transaction(new) as connection:
        fill(connection, metadata, rows=1)


def test_an_export_is_of_one_moment_and_says_what_it_is(filled: Engine) -> None:
    lines = export_lines(filled, NOW)
    header = json.loads(next(lines))
    first = json.loads(next(lines))
    with transaction(filled) as connection:
        connection.execute(channels.update().values(zone="Changed/Meanwhile"))
    rest = list(lines)
    assert header == {
        "paperboy": "export",
        "format": 1,
        "revision": HEAD,
        "version": "0.1.0",
        "exported_at": "2026-11-21T12:00:00+00:00",
    }
    assert first["table"] in metadata.tables
    assert not any("Changed/Meanwhile" in line for line in rest)


def test_a_database_that_holds_something_is_refused_unless_told_to_replace(filled: Engine, sqlite: SqliteFiles) -> None:
    lines = exported(filled)
    with transaction(filled) as connection:
        connection.execute(channels.update().where(channels.c.id == 1).values(zone="Here/Only"))
    before = everything(filled)
    with pytest.raises(UsageError, match=r"holds something already.*--replace"):
        import_lines(filled, lines, "export.jsonl")
    assert everything(filled) == before
    import_lines(filled, lines, "export.jsonl", replace=True)
    assert exported(filled) == lines
    if filled.dialect.name == "sqlite":
        file = Path(filled.url.database or "")
        copy = max((file.parent / "backups").glob(f"{file.stem}-*-before-import.db"))
        kept = open_engine(copy)
        assert everything(kept) == before
        kept.dispose()


def test_an_export_of_older_tables_is_brought_up_to_date(engine: Engine, tmp_path: Path) -> None:
    for revision in range(1, int(HEAD)):
        lines = _older_export(tmp_path / f"{revision}.db", f"{revision:04}")
        counts = import_lines(engine, lines, "old.jsonl", replace=True)
        assert counts["entries"] == counts["notes"] == 2
        with snapshot(engine) as connection:
            assert connection.scalar(select(meta.c.revision)) == 77


def _older_export(file: Path, revision: str) -> list[str]:
    """Write an export as the Paperboy of an older revision would have: today's, without what came later."""
    newest, old = open_engine(file.with_suffix(".new.db")), open_engine(file)
    migrate(newest)
    migrate_to(old, revision)
    tables = MetaData()
    tables.reflect(old)
    with transaction(newest) as connection:
        fill(connection, metadata, rows=2)
        connection.execute(meta.update().values(revision=77))
    header, *lines, _ = list(export_lines(newest, NOW))
    newest.dispose()
    old.dispose()
    return [header.replace(HEAD, revision), *_of_older_tables(lines, tables)]


def _of_older_tables(lines: list[str], tables: MetaData) -> Iterator[str]:
    tallies = {name: Tally() for name in tables.tables}
    for line in map(json.loads, lines):
        if line["table"] in tallies:
            row = {key: value for key, value in line["row"].items() if key in tables.tables[line["table"]].columns}
            tallies[line["table"]].add(row)
            yield row_line(line["table"], row)
    yield end_line(tallies)


def test_a_character_that_postgresql_does_not_take_is_one_sentence(
    sqlite: SqliteFiles, postgresql: PostgresServer
) -> None:
    old, new = open_engine(sqlite.migrated()), open_engine(postgresql.migrated())
    with transaction(old) as connection:
        fill(connection, metadata, rows=1)
        connection.execute(audit.update().values(before="a\x00b"))
    with pytest.raises(UsageError, match=r"a row of “audit” here or shortly after doesn't fit the database"):
        import_lines(new, exported(old), "export.jsonl")
    assert everything(new)["channels"] == []
    old.dispose()
    new.dispose()


def test_what_arrives_otherwise_than_written_is_rolled_back(sqlite: SqliteFiles) -> None:
    engine = open_engine(sqlite.migrated())
    with transaction(engine) as connection:
        fill(connection, metadata, rows=3)
    lines = exported(engine)
    with transaction(engine) as connection:
        connection.execute(
            text(
                "CREATE TRIGGER meddle AFTER INSERT ON audit BEGIN UPDATE audit SET person = 'x' WHERE id = new.id; END"
            )
        )
    before = everything(engine)
    with pytest.raises(StorageError, match=r"“audit” didn't arrive as they are in the file\. Nothing was changed"):
        import_lines(engine, lines, "export.jsonl", replace=True)
    assert everything(engine) == before
    engine.dispose()


def test_heartbeats_stay_behind(filled: Engine) -> None:
    assert not any(f'"table": "{heartbeats.name}"' in line for line in exported(filled))
