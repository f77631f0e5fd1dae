"""Hold back whoever asks faster than anybody reads, so that the others don't wait."""

from collections import OrderedDict, deque
from collections.abc import Callable
from enum import Enum

REQUESTS = 10
SECONDS = 10.0
PEOPLE = 10_000


class Admission(Enum):
    """Whether a request is answered."""

    ADMITTED = "admitted"
    REFUSED = "refused"  # the first one too many: to be told
    STILL_REFUSED = "still refused"  # told already


class Flood:
    """Count each person's requests of the last seconds; `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._told: set[str] = set()

    def admit(self, person: str) -> Admission:
        """Count a request and say whether it is answered."""
        now = self._monotonic()
        times = self._times.setdefault(person, deque())
        self._times.move_to_end(person)
        if len(self._times) > PEOPLE:
            forgotten, _ = self._times.popitem(last=False)
            self._told.discard(forgotten)
        while times and times[0] <= now - SECONDS:
            times.popleft()
        if len(times) < REQUESTS:
            times.append(now)
            self._told.discard(person)
            return Admission.ADMITTED
        if person in self._told:
            return Admission.STILL_REFUSED
        self._told.add(person)
        return Admission.REFUSED
