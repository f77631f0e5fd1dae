"""Turn a digest verb and the words behind it into its command. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from bot.commands import (
    CatchUp,
    DigestCommand,
    EndSubscription,
    ListSubscriptions,
    Log,
    Pause,
    Resend,
    Resume,
    Retry,
    SetOptions,
    ShowSettings,
    Status,
    Subscribe,
    Undo,
    Unsubscribe,
    Why,
)
from bot.dates import day, read_date
from bot.digest.ahead import read_day_ahead
from bot.errors import UsageError
from bot.model import NoteDate
from bot.sentences import Sentence, sentence

# What people type, in English and Korean, and the verb it stands for.
CHANNEL_VERBS: Mapping[str, str] = {
    "subscribe": "subscribe",
    "구독": "subscribe",
    "unsubscribe": "unsubscribe",
    "해지": "unsubscribe",
    "구독해지": "unsubscribe",
    "구독취소": "unsubscribe",
    "set": "set",
    "변경": "set",
    "list": "list",
    "목록": "list",
    "settings": "settings",
    "설정": "settings",
    "pause": "pause",
    "중지": "pause",
    "resume": "resume",
    "재개": "resume",
    "catchup": "catchup",
    "catch-up": "catchup",
    "밀린": "catchup",
    "status": "status",
    "상태": "status",
    "why": "why",
    "왜": "why",
    "log": "log",
    "기록": "log",
    "undo": "undo",
    "되돌리기": "undo",
    "retry": "retry",
    "재시도": "retry",
    "remove": "remove",
    "resend": "resend",
}
_ANYWAY = re.compile(r"(?:^|\s)(?:anyway|그래도)\s*$", re.I)
_ALERT = re.compile(r"a[a-z2-7]{24}")
_BEFORE_DATE = re.compile(r"^(?:until|from|since|for|on)\s+|(?:까지|부터)$", re.I)


def read_verb(verb: str, rest: str, today: date) -> DigestCommand:
    """Return the command of a verb (one of the values of CHANNEL_VERBS); raises UsageError for a date that is none."""
    match verb:
        case "subscribe":
            return Subscribe(_ANYWAY.sub("", rest).strip(), anyway=bool(_ANYWAY.search(rest)))
        case "unsubscribe":
            return Unsubscribe(rest.strip())
        case "set":
            return SetOptions(rest.strip())
        case "pause":
            return Pause(_date_ahead(rest, today))
        case "catchup":
            return CatchUp(_date(rest, today))
        case "why":
            return Why(_date(rest, today))
        case "undo" | "retry" | "remove" | "resend":
            return _named(verb, rest.strip())
        case _:
            return _BARE[verb]()


def _named(verb: str, name: str) -> DigestCommand:
    """Return the command of a verb whose buttons name what they mean: a change, or an alert."""
    match verb:
        case "undo":
            return Undo(name if name.isdecimal() else "")
        case "retry":
            return Retry(name if _ALERT.fullmatch(name) else "")
        case "remove":
            return EndSubscription(_alert(name, sentence("To stop what is posted here, use `/digest unsubscribe`.")))
        case _:
            return Resend(_alert(name, sentence("To post a date again, use `/digest catchup from DATE`.")))


def _alert(text: str, otherwise: Sentence) -> str:
    """Return the alert a button names; whoever types the verb without one means something else."""
    if not _ALERT.fullmatch(text):
        raise UsageError(otherwise)
    return text


def _date_ahead(text: str, today: date) -> NoteDate | None:
    """Read how long to rest: a date, or words such as `tomorrow`, `2 weeks`, `다음 주`."""
    ahead = read_day_ahead(_bare_date(text), today)
    if ahead is not None:
        return day(ahead)
    try:
        return _date(text, today)
    except UsageError:
        raise UsageError(
            sentence(
                "“{text}” is not a date to come. Say e.g. `/digest pause until 2026-12-01`, or `2 weeks`.",
                text=_bare_date(text),
            )
        ) from None


def _bare_date(text: str) -> str:
    return _BEFORE_DATE.sub("", text.strip()).strip()


def _date(text: str, today: date) -> NoteDate | None:
    written = _bare_date(text)
    if not written or written.casefold() in ("until", "from"):
        return None
    found = read_date(written, today)
    if found is None:
        raise UsageError(sentence("“{text}” is not a date. Use YYYY-MM-DD, e.g. `/digest 2026-08-07`.", text=written))
    return found


_BARE: Mapping[str, type[ListSubscriptions | ShowSettings | Resume | Status | Log]] = {
    "list": ListSubscriptions,
    "settings": ShowSettings,
    "resume": Resume,
    "status": Status,
    "log": Log,
}
