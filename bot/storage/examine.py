"""Look at a database without changing it: can it be used, is it of this version, does anything in it need a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import available_timezones

from sqlalchemy import Connection, Engine, func, select, text

from bot.errors import StorageError
from bot.ports import Finding
from bot.sentences import sentence
from bot.storage.engine import open_engine, snapshot, transaction
from bot.storage.migrate import stored_revision
from bot.storage.migrations import HEAD
from bot.storage.tables import blocks, channels, deliveries, entries, heartbeats, meta

# Two machines further apart than this quarrel over whose turn it is.
SKEW = timedelta(seconds=30)
# An open delivery that nobody took up for this long is waiting for a runner that isn't there.
OVERDUE = timedelta(minutes=15)
# Seconds to wait for another writer.
PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and the database's id and revision of the notes, None where they can't be read."""

    findings: tuple[Finding, ...]
    identity: tuple[str, int] | None = None


def examine(address: str | Path, now: datetime) -> Examination:
    """Look at the database at an address. Raises nothing for what is wrong with it: that is a finding."""
    if isinstance(address, Path) and not address.exists():
        return Examination((Finding("database", sentence("There is none yet; the first start makes it.")),))
    try:
        engine = open_engine(address, busy_timeout=PATIENCE)
        try:
            return _examine(engine, now)
        finally:
            engine.dispose()
    except StorageError as error:
        return Examination((Finding("database", sentence("It can't be used."), error.sentence),))


def _examine(engine: Engine, now: datetime) -> Examination:
    with snapshot(engine) as connection:
        revision = stored_revision(connection)
        damage = _damage(connection)
        if damage is not None:
            return Examination((damage,))
        if revision != HEAD:
            return Examination((_other_revision(revision),))
        found = connection.execute(select(meta.c.database_id, meta.c.revision)).one()
        findings = (_counts(connection), *_needs(connection, now))
    with transaction(engine):
        pass  # taking the write lock shows that the database can be written; nothing is
    return Examination(findings, (found[0], found[1]))


def _damage(connection: Connection) -> Finding | None:
    if connection.dialect.name != "sqlite":
        return None
    said = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    if said == "ok":
        return None
    return Finding(
        "database",
        sentence("SQLite finds it damaged: {reason}.", reason=str(said).strip().splitlines()[-1].rstrip(".")),
        sentence("Stop Paperboy and put a backup in its place."),
    )


def _other_revision(revision: str | None) -> Finding:
    if revision is None:
        return Finding("database", sentence("It has no tables yet; the first start makes them."))
    seen = sentence("Its tables are at revision {stored}, this Paperboy's at {known}.", stored=revision, known=HEAD)
    if revision < HEAD:
        return Finding("database", sentence("{seen} The next start brings it up to date.", seen=seen))
    return Finding("database", seen, sentence("Update Paperboy, or name another database."))


def _counts(connection: Connection) -> Finding:
    counts = [
        connection.scalar(select(func.count()).select_from(table).where(condition))
        for table, condition in ((entries, entries.c.gone_at.is_(None)), (channels, channels.c.id.is_not(None)))
    ]
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.dialect.name]
    return Finding(
        "database",
        sentence(
            "{name} with {entries} entries, {channels} channels.", name=name, entries=counts[0], channels=counts[1]
        ),
    )


def _needs(connection: Connection, now: datetime) -> list[Finding]:
    """Return what in the database needs a person."""
    found = [_skew(connection, now), _zones(connection), *_refused(connection), _overdue(connection, now)]
    return [finding for finding in found if finding is not None]


def _skew(connection: Connection, now: datetime) -> Finding | None:
    """Compare this machine's clock with the database's, or with the last time a runner wrote down."""
    if connection.dialect.name == "postgresql":
        theirs = connection.scalar(select(func.clock_timestamp()))
        apart = abs(theirs - now) if isinstance(theirs, datetime) else timedelta()
    else:
        last = connection.scalar(select(func.max(heartbeats.c.at)))
        apart = last - now if isinstance(last, datetime) else timedelta()
    if apart <= SKEW:
        return None
    return Finding(
        "clock",
        sentence("It is {seconds} seconds away from the database's.", seconds=round(apart.total_seconds())),
        sentence("Set the clocks of both machines, best by time synchronisation."),
    )


def _zones(connection: Connection) -> Finding | None:
    used = set(connection.scalars(select(channels.c.zone).distinct()))
    unknown = sorted(used - available_timezones())
    if not unknown:
        return None
    return Finding(
        "time zones",
        sentence("A channel is in {zone}, which this machine doesn't know.", zone=unknown[0]),
        sentence("Install newer data of time zones, or set the channel's zone with `/digest set tz`."),
    )


def _refused(connection: Connection) -> list[Finding]:
    query = select(blocks.c.platform, blocks.c.workspace, blocks.c.since).order_by(
        blocks.c.platform, blocks.c.workspace
    )
    return [
        Finding(
            f"{platform} credentials",
            sentence("Refused in {workspace} since {since} UTC.", workspace=workspace, since=f"{since:%Y-%m-%d %H:%M}"),
            sentence("Renew the token of {platform} and start Paperboy again.", platform=platform),
        )
        for platform, workspace, since in connection.execute(query)
    ]


def _overdue(connection: Connection, now: datetime) -> Finding | None:
    waiting = connection.scalar(
        select(func.count()).select_from(deliveries).where(deliveries.c.wake_at < now - OVERDUE)
    )
    if not waiting:
        return None
    return Finding(
        "deliveries",
        sentence("Waiting for more than {minutes} minutes: {count}.", count=waiting, minutes=15),
        sentence("Start `paperboy run`, and look into its log."),
    )
