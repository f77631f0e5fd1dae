"""Look at whole databases, and at what an export of one holds."""

from datetime import UTC, datetime

from sqlalchemy import Engine, select

from bot.storage.engine import snapshot
from bot.storage.tables import metadata
from bot.storage.transfer import export_lines

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def everything(engine: Engine) -> dict[str, list[dict[str, object]]]:
    with snapshot(engine) as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in metadata.sorted_tables
        }


def exported(engine: Engine) -> list[str]:
    return list(export_lines(engine, NOW))
