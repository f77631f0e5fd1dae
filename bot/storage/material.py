"""Read what a digest is composed from: the entries around a date, and what a channel has had of them."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Connection, Select, and_, bindparam, select

from bot.digest.compose import Candidate, Decided, History, window
from bot.digest.ledger import Material
from bot.model import FiledEntry
from bot.storage.browse import read_candidates, read_gone
from bot.storage.filed import read_filed
from bot.storage.tables import deliveries, delivery_entries, entries

_DATES_KEPT = 8
_YEARS_BACK = 15


class MaterialReader:
    """Read material for digests; the entries of a date are kept as long as the notes stay as they are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._revision: int | None = None
        self._candidates: dict[date, Sequence[Candidate]] = {}
        self._earlier: dict[date, Sequence[FiledEntry]] = {}

    def read(
        self, connection: Connection, channel_id: int, local_date: date, revision: int, *, on_this_day: bool = False
    ) -> Material:
        """Return what a channel's digest of a date is composed from; `revision` is that of the notes now."""
        wanted = {channel_id: on_this_day}
        return self.read_many(connection, wanted, local_date, revision)[channel_id]

    def read_many(
        self, connection: Connection, channels: Mapping[int, bool], local_date: date, revision: int
    ) -> dict[int, Material]:
        """Return the material of a date for many channels, by id; each says whether it shows earlier years."""
        candidates = self._around(connection, revision, local_date)
        histories = read_histories(connection, channels, local_date, [one.filed.id for one in candidates])
        earlier = self._years_before(connection, revision, local_date) if any(channels.values()) else ()
        return {
            channel: Material(candidates, histories[channel], earlier if on_this_day else ())
            for channel, on_this_day in channels.items()
        }

    def _around(self, connection: Connection, revision: int, local_date: date) -> Sequence[Candidate]:
        with self._lock:
            self._forget_unless(revision)
            if local_date not in self._candidates:
                days = window(local_date)
                self._candidates[local_date] = (*read_candidates(connection, *days), *read_gone(connection, *days))
            return self._candidates[local_date]

    def _years_before(self, connection: Connection, revision: int, local_date: date) -> Sequence[FiledEntry]:
        with self._lock:
            self._forget_unless(revision)
            if local_date not in self._earlier:
                self._earlier[local_date] = read_years_before(connection, local_date)
            return self._earlier[local_date]

    def _forget_unless(self, revision: int) -> None:
        if revision != self._revision or len(self._candidates) > _DATES_KEPT:
            self._candidates.clear()
            self._earlier.clear()
            self._revision = revision


def read_histories(
    connection: Connection, channels: Iterable[int], local_date: date, ids: Sequence[str]
) -> dict[int, History]:
    """Return which of the entries each channel has had, and the dates around this one whose fate is decided there."""
    first, last = window(local_date)
    had: dict[int, dict[str, date]] = {channel: {} for channel in channels}
    decided: dict[int, list[Decided]] = {channel: [] for channel in had}
    if ids:
        for channel, entry, day in connection.execute(_had(), {"of_channels": list(had), "ids": list(ids)}):
            had[channel][entry] = day
    around = {"of_channels": list(had), "first": first, "last": last}
    for channel, day, revision in connection.execute(_decided(), around):
        decided[channel].append(Decided(day, revision))
    return {channel: History(had[channel], tuple(decided[channel])) for channel in had}


@cache
def _decided() -> Select[int, date, int]:
    return select(deliveries.c.channel_id, deliveries.c.local_date, deliveries.c.revision).where(
        deliveries.c.channel_id.in_(bindparam("of_channels", expanding=True)),
        deliveries.c.local_date >= bindparam("first"),
        deliveries.c.local_date < bindparam("last"),
        deliveries.c.edition == 0,
        deliveries.c.part == 0,
        deliveries.c.revision.is_not(None),
    )


@cache
def _had() -> Select[int, str, date]:
    return (
        select(delivery_entries.c.channel_id, delivery_entries.c.entry_id, deliveries.c.local_date)
        .join(deliveries, deliveries.c.id == delivery_entries.c.delivery_id)
        .where(
            delivery_entries.c.channel_id.in_(bindparam("of_channels", expanding=True)),
            delivery_entries.c.entry_id.in_(bindparam("ids", expanding=True)),
        )
    )


def read_years_before(connection: Connection, local_date: date) -> list[FiledEntry]:
    """Return the entries dated the same day in earlier years, newest first."""
    days = [day for years in range(1, _YEARS_BACK + 1) if (day := _years_ago(local_date, years)) is not None]
    same = and_(entries.c.first_day == entries.c.last_day, entries.c.last_day.in_(days))
    query = select(entries.c.id).where(same, entries.c.gone_at.is_(None)).order_by(entries.c.last_day.desc())
    return list(read_filed(connection, connection.scalars(query).all()).values())


def _years_ago(day: date, years: int) -> date | None:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return None
