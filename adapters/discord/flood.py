"""Let one person ask often, but not so often that others wait."""

from collections import OrderedDict
from dataclasses import dataclass

MOST_PEOPLE = 10_000


@dataclass(slots=True)
class _Allowance:
    left: float
    at: float


class Flood:
    """Give each person `burst` requests at once and one more every `seconds`; times are of one monotonic clock."""

    def __init__(self, burst: int = 12, seconds: float = 1.0) -> None:
        self._burst = burst
        self._seconds = seconds
        self._people: OrderedDict[str, _Allowance] = OrderedDict()

    def wait(self, person: str, now: float) -> float:
        """Count a request and return 0, or how many seconds to wait before the next is taken."""
        allowance = self._people.setdefault(person, _Allowance(self._burst, now))
        self._people.move_to_end(person)
        if len(self._people) > MOST_PEOPLE:
            self._people.popitem(last=False)
        allowance.left = min(self._burst, allowance.left + (now - allowance.at) / self._seconds)
        allowance.at = now
        if allowance.left < 1:
            return (1 - allowance.left) * self._seconds
        allowance.left -= 1
        return 0.0
