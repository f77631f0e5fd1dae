"""Take secrets out of text: those known from the settings, and whatever looks like a token or a password."""

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

MASK = "***"
# Shorter values are found in ordinary words too: masking them would garble the text and protect nothing.
SHORTEST_SECRET = 6
_PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)([^\s:/@]*):([^\s/@]+)@")
# Tokens as chat platforms write them, for those that no setting holds (a workspace installed by its admin).
_TOKEN = re.compile(
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{8,}|xapp-[\w-]{8,}|[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|(?<=Bearer )\S{8,}"
)


class Redactor:
    """Replace secrets by `***`."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if len(secret) >= SHORTEST_SECRET for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        """Return the text without any secret."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return _TOKEN.sub(MASK, _PASSWORD_IN_ADDRESS.sub(rf"\1:{MASK}@", text))


def password_of(address: str) -> str | None:
    """Return the password in an address, None where there is none."""
    found = _PASSWORD_IN_ADDRESS.search(address)
    return found[2] if found else None


def _forms(secret: str) -> Iterable[str]:
    """Return how a secret may be written: as it is, in JSON, in an address, in a Python string."""
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield quote(secret, safe="")
    yield quote_plus(secret)
