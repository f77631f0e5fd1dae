"""Count requests as Discord does: fifty a second for a bot over all routes, and a bucket for each route and channel."""

import time
from collections import Counter
from dataclasses import dataclass, field

INVALID_STATUSES = (401, 403, 429)
# The header in which a measured bot says when a request left it, by the clock of `time.monotonic`.
LEFT_AT = "X-Left-At"


@dataclass
class Bucket:
    """What is left of a route's allowance, and until when."""

    limit: int
    per: float
    used: int = 0
    until: float = 0.0

    def take(self, now: float) -> bool:
        """Count one request; say no when the allowance is spent."""
        if now >= self.until:
            self.used, self.until = 0, now + self.per
        if self.used >= self.limit:
            return False
        self.used += 1
        return True

    def headers(self, name: str, now: float) -> dict[str, str]:
        left = max(0.0, self.until - now)
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.limit - self.used),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": name,
        }


@dataclass
class Rates:
    """All allowances of the bot. `global_limit` None leaves the whole uncounted."""

    global_limit: int | None = None
    route_limit: int = 10_000
    route_per: float = 1.0
    invalid: int = 0
    refused: int = 0
    busiest_second: int = 0
    in_second: Counter[int] = field(default_factory=Counter)
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def take_global(self, arrived: float) -> bool:
        """Count one request of the bot against the whole, in the second that it arrived in."""
        second = int(arrived)
        if self.global_limit is not None and self.in_second[second] >= self.global_limit:
            self.refused += 1
            return False
        self.in_second[second] += 1
        self.busiest_second = max(self.busiest_second, self.in_second[second])
        return True

    def bucket(self, key: str) -> Bucket:
        return self.buckets.setdefault(key, Bucket(self.route_limit, self.route_per))
