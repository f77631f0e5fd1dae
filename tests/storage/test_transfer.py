"""Export and import: SQLite to PostgreSQL and back, nothing lost; anything odd changes nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, insert, select, text

from bot.errors import StorageError, UsageError
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.migrate import migrate, migrate_to
from bot.storage.migrations import HEAD
from bot.storage.tables import audit, channels, heartbeats, meta, metadata
from bot.storage.transfer import export_lines, import_lines, transferred
from tests.fakes.databases import PostgresServer, SqliteFiles
from tests.fakes.rows import fill

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
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


def everything(engine: Engine) -> dict[str, list[dict[str, object]]]:
    with snapshot(engine) as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in metadata.sorted_tables
        }


def exported(engine: Engine) -> list[str]:
    return list(export_lines(engine, NOW))


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
    """Write an export as the Paperboy of an older revision would have: today's, of that revision's tables."""
    newest = open_engine(file.with_suffix(".new.db"))
    old = open_engine(file)
    migrate(newest)
    migrate_to(old, revision)
    tables = MetaData()
    tables.reflect(old)
    with transaction(newest) as connection:
        fill(connection, metadata, rows=2)
        connection.execute(meta.update().values(revision=77))
        for table in reversed(metadata.sorted_tables):
            if table.name not in tables.tables:
                connection.execute(table.delete())
    header, *lines = list(export_lines(newest, NOW))
    newest.dispose()
    old.dispose()
    return [header.replace(HEAD, revision), *lines]


def _last(lines: list[str]) -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = json.loads(lines[-1])
    return found


def _without_end(lines: list[str]) -> list[str]:
    return lines[:-1]


def _without_a_row(lines: list[str]) -> list[str]:
    return [*lines[:-2], lines[-1]]


def _with_a_changed_row(lines: list[str]) -> list[str]:
    at = next(number for number, line in enumerate(lines) if '"table": "audit"' in line)
    return [*lines[:at], lines[at].replace("plain", "plane").replace("한글", "한굴"), *lines[at + 1 :]]


def _with_a_changed_end(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1].replace('"rows": 3', '"rows": 4', 1)]


def _with_a_strange_end(lines: list[str]) -> list[str]:
    return [*lines[:-1], '{"end": [1, 2]}\n']


def _with_a_second_end(lines: list[str]) -> list[str]:
    return [*lines, lines[-1]]


def _cut_in_a_row(lines: list[str]) -> list[str]:
    return [*lines[:7], lines[7][:20]]


def _with_an_unknown_table(lines: list[str]) -> list[str]:
    return [lines[0], '{"table": "sqlite_master", "row": {}}\n', *lines[1:]]


def _with_an_unknown_column(lines: list[str]) -> list[str]:
    return _first_row_changed(lines, lambda row: row.update(extra=1))


def _with_a_wrong_type(lines: list[str]) -> list[str]:
    return _first_row_changed(lines, lambda row: row.update({next(iter(row)): {"a": 1}}))


def _with_half_a_character(lines: list[str]) -> list[str]:
    return _first_row_changed(lines, lambda row: row.update({next(iter(row)): "\ud800"}))


def _with_a_row_twice(lines: list[str]) -> list[str]:
    return [lines[0], lines[1], *lines[1:]]


def _with_a_row_that_points_nowhere(lines: list[str]) -> list[str]:
    at = next(number for number, line in enumerate(lines) if '"table": "audit"' in line)
    return [*lines[:at], lines[at].replace('"channel_id": 1', '"channel_id": 999'), *lines[at + 1 :]]


def _first_row_changed(lines: list[str], change: Callable[[dict[str, object]], object]) -> list[str]:
    line = json.loads(lines[1])
    change(line["row"])
    return [lines[0], json.dumps(line) + "\n", *lines[2:]]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_without_end, r"export\.jsonl ends too early"),
        (_cut_in_a_row, r"line 8, can't be imported: it is no JSON object"),
        (_without_a_row, r"isn't as it was written"),
        (_with_a_changed_row, r"isn't as it was written"),
        (_with_a_changed_end, r"isn't as it was written"),
        (_with_a_strange_end, r"isn't as it was written"),
        (_with_a_second_end, r"goes on after its end"),
        (_with_an_unknown_table, r"line 2, can't be imported: there is no table “sqlite_master”"),
        (_with_an_unknown_column, r"line 2, can't be imported: “extra” of “\w+” doesn't fit"),
        (_with_a_wrong_type, r"line 2, can't be imported: “\w+” of “\w+” doesn't fit"),
        (_with_half_a_character, r"line 2, can't be imported: “\w+” of “\w+” doesn't fit"),
        (_with_a_row_twice, r"line 2, can't be imported: a row of “\w+” here or shortly after doesn't fit"),
        (_with_a_row_that_points_nowhere, r"can't be imported: a row of “audit” here or shortly after"),
    ],
)
def test_a_damaged_file_changes_nothing(filled: Engine, damage: Callable[[list[str]], list[str]], said: str) -> None:
    lines = damage(exported(filled))
    before = everything(filled)
    with pytest.raises(UsageError, match=said) as raised:
        import_lines(filled, lines, "export.jsonl", replace=True)
    assert "othing was changed" in str(raised.value)
    assert everything(filled) == before


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "is no export of Paperboy"),
        (["\x00\x01\n"], "is no export of Paperboy"),
        ([b"\xff\xfe"], "is no export of Paperboy"),
        (["[1, 2]\n"], "is no export of Paperboy"),
        (['{"paperboy": "export", "format": 1, "revision": "0000", "version": "0"}\n'], "is no export of Paperboy"),
        (['{"paperboy": "export", "format": 2, "version": "9.9"}\n'], r"by Paperboy 9\.9\. Update Paperboy first"),
        (
            ['{"paperboy": "export", "format": 1, "revision": "9999", "version": "9.9"}\n'],
            r"by Paperboy 9\.9\. Update Paperboy first",
        ),
        (["[" * 200_000 + "\n"], "is no export of Paperboy"),
    ],
)
def test_what_is_no_export_of_ours_is_refused(engine: Engine, lines: list[str | bytes], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        import_lines(engine, lines, "export.jsonl")


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
