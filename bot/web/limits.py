"""How many requests a client may make: token buckets by client address, bounded in number. Pure but for a clock."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil

from bot.web.address import Network

# An IPv6 customer is given a /64 at least: each of its addresses counts as the same client.
_IPV6_CLIENT_BITS = 64
_FORWARDED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a second in the long run, and so many at once."""

    per_second: float
    burst: int


class RateLimiter:
    """Count requests by client; the clients seen longest ago are forgotten first."""

    def __init__(self, rate: Rate, clock: Callable[[], float], *, clients_at_most: int = 10_000) -> None:
        self._rate = rate
        self._clock = clock
        self._clients_at_most = clients_at_most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, client: str) -> int:
        """Count one request: 0 lets it pass, else the whole seconds to wait before the next."""
        now = self._clock()
        tokens, seen = self._buckets.pop(client, (float(self._rate.burst), now))
        tokens = min(self._rate.burst, tokens + (now - seen) * self._rate.per_second)
        passed = tokens >= 1
        self._buckets[client] = (tokens - 1 if passed else tokens, now)
        if len(self._buckets) > self._clients_at_most:
            self._buckets.popitem(last=False)
        return 0 if passed else max(1, ceil((1 - tokens) / self._rate.per_second))


def client_of(peer: str | None, forwarded: str | None, proxies: Sequence[Network]) -> str:
    """Return whom a request is counted for; see `client_address`."""
    client = client_address(peer, forwarded, proxies)
    return _bucket(client) if client is not None else peer or ""


def client_address(
    peer: str | None, forwarded: str | None, proxies: Sequence[Network]
) -> IPv4Address | IPv6Address | None:
    """Return where a request comes from, None where that can't be read.

    `forwarded` is the X-Forwarded-For header. Only what trusted proxies wrote in it counts: the last address that
    isn't one of theirs.
    """
    client = _address(peer or "")
    hops = (forwarded or "").split(",")[-_FORWARDED_AT_MOST:]
    while client is not None and hops and is_among(client, proxies):
        before = _address(hops.pop().strip())
        if before is None:
            break
        client = before
    return client


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_among(client: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    """Tell whether an address belongs to one of these networks."""
    return any(client in network for network in networks)


def _bucket(client: IPv4Address | IPv6Address) -> str:
    if isinstance(client, IPv4Address):
        return str(client)
    return str(ip_network((client, _IPV6_CLIENT_BITS), strict=False))
