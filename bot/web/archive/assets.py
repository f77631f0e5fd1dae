"""The stylesheet and the icon, each under a name that changes with its content, so that browsers may keep it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

_TYPES: Mapping[str, str] = MappingProxyType({"css": "text/css", "svg": "image/svg+xml"})


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as served."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """All files, by the name they are served under, and the names that templates need."""

    stylesheet: str
    icon: str
    files: Mapping[str, Asset]


def read_assets() -> Assets:
    """Read the files from the package."""
    stylesheet, icon = _read("archive.css"), _read("icon.svg")
    return Assets(stylesheet.name, icon.name, MappingProxyType({one.name: one for one in (stylesheet, icon)}))


def _read(name: str) -> Asset:
    body = (resources.files(__package__) / "static" / name).read_bytes()
    stem, _, extension = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(f"{stem}-{digest}.{extension}", _TYPES[extension], body)
