"""Read a time zone as people write it, and name the near ones where there is no such zone."""

import re
import zoneinfo
from collections.abc import Mapping
from types import MappingProxyType

from rapidfuzz import fuzz, process

from bot.errors import UsageError
from bot.sentences import Sentence, sentence

# What people write for a zone, and the zone most of them mean.
_MEANT: Mapping[str, str] = MappingProxyType(
    {
        "kst": "Asia/Seoul",
        "korea": "Asia/Seoul",
        "south korea": "Asia/Seoul",
        "한국": "Asia/Seoul",
        "서울": "Asia/Seoul",
        "jst": "Asia/Tokyo",
        "일본": "Asia/Tokyo",
        "도쿄": "Asia/Tokyo",
        "china": "Asia/Shanghai",
        "beijing": "Asia/Shanghai",
        "ist": "Asia/Kolkata",
        "pst": "America/Los_Angeles",
        "pdt": "America/Los_Angeles",
        "pt": "America/Los_Angeles",
        "san francisco": "America/Los_Angeles",
        "et": "America/New_York",
        "edt": "America/New_York",
        "bst": "Europe/London",
        "cest": "Europe/Berlin",
    }
)
# One well-known zone for each whole-hour offset east of UTC, as in winter.
_BY_OFFSET: Mapping[int, str] = MappingProxyType(
    {
        -10: "Pacific/Honolulu",
        -8: "America/Los_Angeles",
        -7: "America/Denver",
        -6: "America/Chicago",
        -5: "America/New_York",
        -3: "America/Sao_Paulo",
        0: "UTC",
        1: "Europe/Berlin",
        2: "Europe/Helsinki",
        3: "Europe/Istanbul",
        4: "Asia/Dubai",
        7: "Asia/Bangkok",
        8: "Asia/Singapore",
        9: "Asia/Seoul",
        10: "Australia/Sydney",
        12: "Pacific/Auckland",
    }
)
_OFFSET = re.compile(r"(?:[a-z]{1,4})?\s*([+-])\s*(\d{1,2})(?::?00)?")
_NEAR_ENOUGH = 60


def read_zone(text: str) -> str:
    """Return the IANA name of a zone, in any case; raises UsageError with a near one where there is none."""
    written = text.strip().replace(" ", "_")
    known = {name.casefold(): name for name in zoneinfo.available_timezones()}
    found = known.get(written.casefold())
    # `localtime` and the like name whatever this machine is set to.
    if found is None or found.casefold() in ("localtime", "factory"):
        raise UsageError(_unknown(text.strip(), _nearest(text, known)))
    return found


def _unknown(text: str, near: str | None) -> Sentence:
    if near is None:
        return sentence("“{zone}” is not a time zone I know. Use a name like Asia/Seoul.", zone=text)
    return sentence("“{zone}” is not a time zone I know. Did you mean {near}?", zone=text, near=near)


def _nearest(text: str, known: Mapping[str, str]) -> str | None:
    written = " ".join(text.strip().casefold().replace("_", " ").split())
    bare = re.split(r"[+-]", written)[0].strip()
    if meant := _MEANT.get(written) or _MEANT.get(bare):
        return meant
    if offset := _OFFSET.fullmatch(written):
        return _BY_OFFSET.get(int(offset[1] + offset[2]))
    places = {name: key.rpartition("/")[2].replace("_", " ") for key, name in known.items() if "/" in key}
    by_place = process.extractOne(written.rpartition("/")[2], places, scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    by_name = process.extractOne(written, known.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    if by_name and (by_place is None or by_name[1] >= by_place[1]):
        return known[by_name[0]]
    return by_place[2] if by_place else None
