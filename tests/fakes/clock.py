"""A clock that tests turn by hand."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Tell the time a test has set; it stands still until it is moved."""

    def __init__(self, now: str) -> None:
        self._now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, now: str) -> None:
        self._now = datetime.fromisoformat(now).replace(tzinfo=UTC)

    def pass_(self, **duration: float) -> None:
        self._now += timedelta(**duration)
