"""Tell a test that turns its clock on by hours where to begin, so that the day doesn't end under it."""

from datetime import UTC, datetime, time


def seconds_to_early_today() -> float:
    """Return how far half past midnight, UTC, is from now; mostly that is behind, and less than 0."""
    now = datetime.now(UTC)
    return (datetime.combine(now.date(), time(0, 30), UTC) - now).total_seconds()
