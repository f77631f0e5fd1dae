"""Choose the entries of one digest: which belong to its date, which come late, and why the others stay out. Pure.

Each earlier date of a channel has its fate decided once: posted, found empty, skipped or expired, at some revision of
the notes. An entry belongs to the first decided date on or after its own day. If it was born after that decision it
comes late, with the next digest; if it was there already, that decision stands, whatever is edited later. An entry
whose date has not been decided at all, because the channel doesn't post on that weekday, waits for the next digest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.digest.copies import is_edited_copy
from bot.digest.matching import folded_tags, judge
from bot.model import Channel, DateKind, FiledEntry
from bot.sentences import Sentence, sentence

LATE_DAYS = 14
CORRECTED_DAYS = 7
ON_THIS_DAY_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be due: `born` is the revision of the notes that brought it.

    One that is `gone` is never due; it only tells what a channel has had.
    """

    filed: FiledEntry
    born: int
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """A date whose digest is settled, and the revision of the notes it was chosen from."""

    local_date: date
    revision: int


@dataclass(frozen=True, slots=True)
class History:
    """What a channel has had: entry ids with the date they were posted under, and its decided dates."""

    delivered: Mapping[str, date]
    decided: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry in a digest and why it is there; `late` marks one that missed the digest of its own day."""

    filed: FiledEntry
    why: Sentence
    late: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An entry that is not in a digest, and why."""

    filed: FiledEntry
    why: Sentence


@dataclass(frozen=True, slots=True)
class Digest:
    """One local date's entries as chosen for one channel.

    `left_out` are that date's other entries. `earlier` are notes of the same date in earlier years, shown only
    where there is nothing new. `catch_up` says the digest comes after its day. `counted` is how many entries the date
    had when the digest was posted, None for one that is composed now.
    """

    local_date: date
    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    earlier: tuple[FiledEntry, ...] = ()
    catch_up: bool = False
    counted: int | None = None

    @property
    def of_the_day(self) -> int:
        """Count all entries of the date itself, chosen or not."""
        if self.counted is not None:
            return self.counted
        return sum(not one.late for one in self.chosen) + len(self.left_out)


def compose(
    local_date: date,
    channel: Channel,
    candidates: Sequence[Candidate],
    history: History,
    aliases: Mapping[str, str],
    *,
    earlier: Sequence[FiledEntry] = (),
    catch_up: bool = False,
) -> Digest:
    """Choose a date's digest for a channel; entries keep the order of `candidates`, the late ones come last.

    Nothing dated before the channel's first date is chosen, nothing older than 14 days, nothing it has had.
    """
    had = _had_by_day(candidates, history)
    on_time: list[Chosen] = []
    late: list[Chosen] = []
    left_out: list[LeftOut] = []
    for candidate in candidates:
        day = digest_date(candidate.filed)
        if day is None or candidate.gone or not _in_reach(day, local_date, channel):
            continue
        placed = _place(candidate, day, local_date, channel, history, aliases)
        if isinstance(placed, Chosen) and candidate.filed.id not in history.delivered and day in had:
            placed = _unless_copied(placed, had[day], history)
        match placed:
            case Chosen(late=True) as one:
                late.append(one)
            case Chosen() as one:
                on_time.append(one)
            case LeftOut() as one if day == local_date:
                left_out.append(one)
            case _:
                pass
    chosen = (*on_time, *late)
    shown = tuple(earlier[:ON_THIS_DAY_SHOWN]) if not chosen and channel.options.on_this_day else ()
    return Digest(local_date, chosen, tuple(left_out), shown, catch_up)


def digest_date(filed: FiledEntry) -> date | None:
    """Return the day an entry is due: its own, or the last one of its week or month; None without a date."""
    return None if filed.date.kind is DateKind.NONE else filed.date.end


def window(local_date: date) -> tuple[date, date]:
    """Return the first and the last day whose entries can be in a date's digest."""
    return local_date - timedelta(days=LATE_DAYS), local_date


def _in_reach(day: date, local_date: date, channel: Channel) -> bool:
    first, last = window(local_date)
    return max(first, channel.first_date) <= day <= last


def _place(
    candidate: Candidate,
    day: date,
    local_date: date,
    channel: Channel,
    history: History,
    aliases: Mapping[str, str],
) -> Chosen | LeftOut | None:
    """Choose an entry, leave it out with a reason, or return None where an earlier decision covers it."""
    filed = candidate.filed
    posted = history.delivered.get(filed.id)
    if posted is not None and posted != local_date:
        return LeftOut(filed, sentence("posted on {date}", date=posted.isoformat()))
    home = _home(day, local_date, history)
    if posted is None and home is not None and candidate.born <= home.revision:
        return None
    verdict = judge(folded_tags(filed.entry, aliases), channel.subscription)
    if not verdict.wanted and posted is None:
        return LeftOut(filed, verdict.why)
    return Chosen(filed, verdict.why, late=home is not None)


def _had_by_day(candidates: Sequence[Candidate], history: History) -> Mapping[date, list[FiledEntry]]:
    """Return the entries a channel has had, by the day they are due."""
    had: dict[date, list[FiledEntry]] = {}
    for candidate in candidates if history.delivered else ():
        day = digest_date(candidate.filed)
        if day is not None and candidate.filed.id in history.delivered:
            had.setdefault(day, []).append(candidate.filed)
    return had


def _unless_copied(chosen: Chosen, had: Sequence[FiledEntry], history: History) -> Chosen | LeftOut:
    """Leave an entry out that is the edited copy of one of the same day that the channel has had."""
    for one in had:
        if is_edited_copy(chosen.filed.entry, one.entry):
            posted = history.delivered[one.id].isoformat()
            return LeftOut(chosen.filed, sentence("an edited copy of what was posted on {date}", date=posted))
    return chosen


def _home(day: date, local_date: date, history: History) -> Decided | None:
    """Return the decision that covers a day: the first one on or after it and before the date in hand."""
    covering = [one for one in history.decided if day <= one.local_date < local_date]
    return min(covering, key=lambda one: one.local_date, default=None)
