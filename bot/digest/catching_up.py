"""Choose the dates that `/digest catchup` means: from a week back unless it says how far. Pure."""

from datetime import date, timedelta

from bot.errors import UsageError
from bot.sentences import sentence

CATCH_UP_AT_MOST = 14
_UNLESS_SAID = timedelta(days=7)


def dates_to_catch_up(start: date | None, today: date, last: date) -> list[date]:
    """Return the dates from `start` (None: a week before `today`) to `last`; raises UsageError for more than 14."""
    first = start or today - _UNLESS_SAID
    if (last - first).days >= CATCH_UP_AT_MOST:
        raise UsageError(
            sentence(
                "I catch up on {days} days at most. Say e.g. `/digest catchup from {date}`.",
                days=CATCH_UP_AT_MOST,
                date=last - timedelta(days=CATCH_UP_AT_MOST - 1),
            )
        )
    return [first + timedelta(days=passed) for passed in range((last - first).days + 1)]
