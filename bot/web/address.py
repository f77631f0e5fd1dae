"""Where the server listens and which names it answers to, read from settings. Pure."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from bot.configuration.values import UnusableValueError
from bot.sentences import sentence

DEFAULT_ADDRESS = "127.0.0.1:8080"
# Loopback, the private ranges, link-local, and what carriers and private overlays share (RFC 6598).
PRIVATE_NETWORKS = (
    "127.0.0.0/8, ::1, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, 100.64.0.0/10, fc00::/7, fe80::/10"
)
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
OFF = frozenset({"off", "none", "no", "false", ""})
_LOOPBACK = "127.0.0.1"
_PORT = re.compile("[0-9]{1,5}")
_LAST_PORT = 65535

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Address:
    """A host (without the brackets of IPv6) and a port; port 0 lets the system choose one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.casefold() == "localhost"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(text: str) -> Address | None:
    """Read `127.0.0.1:8080`, `[::1]:8080`, `:8080` or `8080` (loopback both); None for `off`. Raises ValueError."""
    written = text.strip()
    if written.casefold() in OFF:
        return None
    host, _, port = written.rpartition(":")
    if not _PORT.fullmatch(port) or int(port) > _LAST_PORT or ("]" in host) != ("[" in host) or "/" in host:
        raise UnusableValueError(
            sentence(
                "“{text}” is not an address; use host:port, e.g. {example}, or off", text=text, example=DEFAULT_ADDRESS
            )
        )
    return Address(host.strip("[]") or _LOOPBACK, int(port))


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """Where people reach the server from outside: `https://notes.example.org`, and a path where it has one."""

    origin: str
    prefix: str
    host: str

    def __str__(self) -> str:
        return self.origin + self.prefix


def read_public_url(text: str) -> PublicUrl:
    """Read an http or https address without query; raises ValueError for any other."""
    try:
        parts = urlsplit(text.strip())
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise UnusableValueError(
            sentence("“{text}” is not a web address; use one like https://notes.example.org", text=text)
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return PublicUrl(f"{parts.scheme}://{host}{port}", parts.path.rstrip("/"), parts.hostname)


def read_networks(text: str) -> tuple[Network, ...]:
    """Read networks parted by commas (`10.0.0.0/8, 192.168.1.7`); raises ValueError for anything else."""
    try:
        return tuple(ip_network(one.strip(), strict=False) for one in text.split(",") if one.strip())
    except ValueError:
        raise UnusableValueError(
            sentence("“{text}” is not a list of networks; use one like 127.0.0.1, 10.0.0.0/8", text=text)
        ) from None


def allowed_hosts(address: Address, public_url: PublicUrl | None) -> frozenset[str] | None:
    """Return the host names a request may ask for; None means any.

    A server on loopback answers to loopback names alone: otherwise any web page could point a name of its own at
    127.0.0.1 and read the notes through the visitor's browser (DNS rebinding).
    """
    if not address.is_loopback:
        return None
    return LOOPBACK_NAMES | {address.host.casefold()} | ({public_url.host} if public_url else set())
