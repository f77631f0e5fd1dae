"""Read entries by date, by paper and by tag, within a transaction of the caller's."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, func, or_, select

from bot.digest.compose import Candidate
from bot.model import DateKind, FiledEntry, TagCount
from bot.storage.chunks import portions
from bot.storage.filed import read_filed
from bot.storage.tables import arxiv_ids, entries, notes, places, tags
from bot.tags import fold_tag

_LIVING = entries.c.gone_at.is_(None)
# No note stands for more than a month: what begins by a day ends by so many after it, and that is indexed.
_LONGEST = timedelta(days=31)


def read_living(connection: Connection, ids: Iterable[str]) -> tuple[FiledEntry, ...]:
    """Return the entries with these ids that are there, in the order of the ids."""
    wanted = list(ids)
    living: set[str] = set()
    for portion in portions(wanted):
        living.update(connection.scalars(select(entries.c.id).where(entries.c.id.in_(portion), _LIVING)))
    return tuple(read_filed(connection, (identity for identity in wanted if identity in living)).values())


def read_between(connection: Connection, first: date, last: date) -> tuple[FiledEntry, ...]:
    """Return the entries whose days overlap these, both included, in the order of dates and notes."""
    latest_end = min(last, date.max - _LONGEST) + _LONGEST
    ends = entries.c.last_day.between(first, latest_end)
    found = _in_order(connection, ends, entries.c.first_day <= last)
    return tuple(read_filed(connection, found).values())


def read_candidates(connection: Connection, first: date, last: date) -> tuple[Candidate, ...]:
    """Return the entries due from one day to another (a week's on its last), in the order of dates and notes."""
    dated = entries.c.kind != DateKind.NONE.value
    found = _in_order(connection, dated, entries.c.last_day >= first, entries.c.last_day <= last)
    return tuple(Candidate(filed, found[filed.id]) for filed in read_filed(connection, found).values())


def read_gone(connection: Connection, first: date, last: date) -> tuple[Candidate, ...]:
    """Return the entries that were due from one day to another and are gone by now."""
    due = select(entries.c.id, entries.c.born).where(entries.c.last_day.between(first, last), ~_LIVING)
    born = {row.id: row.born for row in connection.execute(due)}
    found = read_filed(connection, born) if born else {}
    return tuple(Candidate(filed, born[filed.id], gone=True) for filed in found.values())


def read_latest_date(connection: Connection, until: date) -> date | None:
    """Return the last day on or before `until` that has entries, None where there is none."""
    found: date | None = connection.scalar(
        select(func.max(entries.c.last_day)).where(entries.c.last_day <= until, _LIVING)
    )
    return found


def read_same_paper(connection: Connection, entry_id: str) -> tuple[FiledEntry, ...]:
    """Return the other entries on an entry's paper (same arXiv id, or same title), oldest first."""
    own = select(arxiv_ids.c.arxiv_id).where(arxiv_ids.c.own, arxiv_ids.c.entry_id == entry_id)
    by_id = select(arxiv_ids.c.entry_id).where(arxiv_ids.c.own, arxiv_ids.c.arxiv_id.in_(own))
    title = select(entries.c.title_key).where(entries.c.id == entry_id).scalar_subquery()
    same = or_(entries.c.id.in_(by_id), entries.c.title_key == title)
    return tuple(read_filed(connection, _in_order(connection, same, entries.c.id != entry_id)).values())


def read_tag_counts(connection: Connection, text: str = "") -> tuple[TagCount, ...]:
    """Return the tags whose folded spelling holds `text`, most used first, each as it is spelt most often."""
    wanted = fold_tag(text)
    living = tags.c.entry_id.in_(select(entries.c.id).where(_LIVING))
    spellings = select(tags.c.folded, tags.c.tag, func.count()).where(living)
    best: dict[str, tuple[int, str]] = {}
    for folded, tag, number in connection.execute(spellings.group_by(tags.c.folded, tags.c.tag)):
        best[folded] = min(best.get(folded, (0, tag)), (-number, tag))
    each_once = func.count(tags.c.entry_id.distinct())
    totals = select(tags.c.folded, each_once).where(living).group_by(tags.c.folded)
    found = [
        (-number, folded, TagCount(best[folded][1], number))
        for folded, number in connection.execute(totals)
        if wanted in folded
    ]
    return tuple(counted for *_, counted in sorted(found, key=lambda item: item[:2]))


def _in_order(connection: Connection, *where: ColumnElement[bool]) -> dict[str, int]:
    """Return the ids of living entries by date, file and position, each with the revision that brought it."""
    query = select(entries.c.id, entries.c.born, entries.c.last_day, notes.c.path, places.c.position)
    rows = connection.execute(query.join(places, places.c.entry_id == entries.c.id).join(notes).where(_LIVING, *where))
    first_places: dict[str, tuple[date, str, int, int]] = {}
    for identity, born, last_day, path, position in rows:
        place = (last_day or date.min, path, position, born)
        first_places[identity] = min(first_places.get(identity, place), place)
    return {identity: place[-1] for identity, place in sorted(first_places.items(), key=lambda item: item[1])}
