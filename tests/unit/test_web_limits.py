"""Clients are counted one by one, and what they claim to be only counts when a trusted proxy says it."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.limits import Rate, RateLimiter, client_of

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_the_wait_is_named() -> None:
    time = Time()
    limiter = RateLimiter(Rate(per_second=0.5, burst=3), time)
    assert [limiter.wait("a") for _ in range(4)] == [0, 0, 0, 2]
    assert limiter.wait("b") == 0
    time.now = 2
    assert limiter.wait("a") == 0
    assert limiter.wait("a") == 2


def test_who_is_refused_loses_nothing_by_asking_again() -> None:
    time = Time()
    limiter = RateLimiter(Rate(per_second=1, burst=1), time)
    assert limiter.wait("a") == 0
    for step in range(1, 10):
        time.now = step / 10
        assert limiter.wait("a") == 1
    time.now = 1
    assert limiter.wait("a") == 0


def test_the_clients_remembered_are_bounded() -> None:
    limiter = RateLimiter(Rate(1, 1), Time(), clients_at_most=10)
    for number in range(100):
        limiter.wait(str(number))
    assert len(limiter) == 10
    assert limiter.wait("99") == 1
    assert limiter.wait("0") == 0


@given(st.lists(st.floats(0, 10), max_size=60))
def test_in_no_stretch_of_time_pass_more_than_burst_and_rate(gaps: list[float]) -> None:
    time, passed = Time(), 0
    limiter = RateLimiter(Rate(per_second=2, burst=5), time)
    for gap in gaps:
        time.now += gap
        passed += limiter.wait("a") == 0
    assert passed <= 5 + 2 * time.now + 1e-6


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", None, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.2", "198.51.100.1"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.1, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, "fe80::/64"),
        (None, None, ""),
    ],
)
def test_a_client_is_its_address_or_what_a_trusted_proxy_says(
    peer: str | None, forwarded: str | None, client: str
) -> None:
    assert client_of(peer, forwarded, LOOPBACK) == client


@given(st.text(max_size=40), st.text(max_size=200))
def test_no_header_can_make_it_fail(peer: str, forwarded: str) -> None:
    assert isinstance(client_of(peer, forwarded, LOOPBACK), str)
