"""The operator's addresses are read kindly, and what can't be used is named with a cure."""

import pytest

from bot.errors import SettingsError
from bot.settings import load_settings
from bot.web.address import Address, allowed_hosts, read_address, read_networks, read_public_url


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("8080", "127.0.0.1", 8080, True),
        (":8080", "127.0.0.1", 8080, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:8080", "::1", 8080, True),
        ("0.0.0.0:80", "0.0.0.0", 80, False),
        ("[::]:80", "::", 80, False),
        ("bot.example.org:443", "bot.example.org", 443, False),
    ],
)
def test_an_address_is_a_host_and_a_port_and_loopback_unless_said(
    text: str, host: str, port: int, loopback: bool
) -> None:
    address = read_address(text)
    assert address == Address(host, port)
    assert address.is_loopback is loopback


@pytest.mark.parametrize("text", ["off", "OFF", "none", " ", ""])
def test_the_server_can_be_switched_off(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize("text", ["localhost", "127.0.0.1:", "1.2.3.4:99999", "http://a:80", "[::1:80", "a:٣", "a:-1"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an address; use host:port, e\.g\. 127\.0\.0\.1:8080, or off"):
        read_address(text)


@pytest.mark.parametrize(
    ("text", "origin", "prefix"),
    [
        ("https://notes.example.org", "https://notes.example.org", ""),
        ("https://notes.example.org/", "https://notes.example.org", ""),
        ("http://EXAMPLE.org:8080/paper/boy/", "http://example.org:8080", "/paper/boy"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]", ""),
    ],
)
def test_a_public_address_may_have_a_port_and_a_path(text: str, origin: str, prefix: str) -> None:
    url = read_public_url(text)
    assert (url.origin, url.prefix) == (origin, prefix)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notes.example.org",
        "ftp://a",
        "https://",
        "https://a?b=c",
        "https://u:p@a",
        "https://[",
        "javascript:alert(1)",
    ],
)
def test_a_public_address_is_http_and_carries_no_secret(text: str) -> None:
    with pytest.raises(ValueError, match="is not a web address"):
        read_public_url(text)


def test_networks_of_proxies_are_parted_by_commas() -> None:
    assert [str(one) for one in read_networks("10.0.0.0/8, ::1, 192.168.1.7,")] == [
        "10.0.0.0/8",
        "::1/128",
        "192.168.1.7/32",
    ]
    with pytest.raises(ValueError, match="is not a list of networks"):
        read_networks("10.0.0.0/8, example.org")


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("PAPERBOY_HTTP_ADDRESS", "nowhere", "PAPERBOY_HTTP_ADDRESS"),
        ("PAPERBOY_HTTP_PROXIES", "nobody", "PAPERBOY_HTTP_PROXIES"),
        ("PAPERBOY_PUBLIC_URL", "notes", "PAPERBOY_PUBLIC_URL"),
    ],
)
def test_the_settings_name_what_is_wrong(name: str, value: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{named} is not usable: “{value}” is not"):
        load_settings()


def test_a_server_on_loopback_answers_to_its_own_names_only() -> None:
    public = read_public_url("https://notes.example.org")
    assert allowed_hosts(Address("127.0.0.1", 80), None) == frozenset({"localhost", "127.0.0.1", "::1"})
    assert "notes.example.org" in (allowed_hosts(Address("127.0.0.1", 80), public) or ())
    assert allowed_hosts(Address("0.0.0.0", 80), None) is None
