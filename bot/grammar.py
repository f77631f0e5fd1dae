"""Turn typed words into commands: the same grammar on every platform, in English and Korean."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from rapidfuzz import process

from bot.commands import Command, Help, Lookup, ShowDigest, Tags, Typed
from bot.dates import read_date
from bot.digest.verbs import CHANNEL_VERBS, read_verb
from bot.errors import UsageError
from bot.sentences import Sentence, sentence

DIGEST_VERBS: Mapping[str, str] = MappingProxyType(
    {
        "show": "show",
        "보기": "show",
        "tags": "tags",
        "태그": "tags",
        "help": "help",
        "도움": "help",
        "도움말": "help",
        **CHANNEL_VERBS,
    }
)
_LINE = re.compile(
    r"\s*(?:/(?P<slash>paper|digest)|(?P<mention>@paperboy|<@[^>\s]+>):?)(?:\s+|$)(?P<rest>.*)", re.S | re.I
)
_LEADING = re.compile(r"\s*/?(?P<surface>paper|digest|논문|다이제스트)(?:\s+|$)(?P<rest>.*)", re.S | re.I)
_SLASHED = re.compile(r"/(?P<name>[^\W\d]+)(?:\s+(?P<rest>.*))?", re.S)
_TAG = re.compile(r"-?[#＃][^\s#＃]+")
_COMMANDS = ("paper", "digest")
_ALL = frozenset({"all", "전부", "모두", "전체"})
# A verb nearer than this to what was typed is worth asking about; below it the words are something else.
_NEAR_VERB = 70


class DidYouMean(UsageError):  # noqa: N818 - said to the person as it is named
    """A command or its verb is misspelt: nothing is done on a guess, the likely command is offered instead."""

    def __init__(self, said: Sentence, suggestion: Command) -> None:
        super().__init__(said)
        self.suggestion = suggestion


def read_line(line: str) -> Typed:
    """Read a line as typed in a channel: `/paper …`, `/digest …`, `@paperboy …`, or bare words as in a DM."""
    found = _LINE.fullmatch(line)
    if found is None:
        return Typed("mention", line.strip())
    return Typed((found["slash"] or "mention").casefold(), found["rest"].strip())


def parse(typed: Typed, today: date) -> Command:
    """Turn typed words into a command; `today` is the channel's local date.

    Raises DidYouMean for a misspelt verb and UsageError for what can't be understood.
    """
    match typed.surface:
        case "paper":
            return _paper(typed.text)
        case "digest":
            return _digest(typed.text, today)
        case _:
            return _mention(typed, today)


def concerns_digests(typed: Typed) -> bool:
    """Tell whether words are about digests, whose dates are the channel's own, and not a lookup."""
    if typed.surface != "mention":
        return typed.surface == "digest"
    found = _LEADING.fullmatch(typed.text)
    return found is not None and found["surface"].casefold() in ("digest", "다이제스트")


def _mention(typed: Typed, today: date) -> Command:
    found = _LEADING.fullmatch(typed.text)
    if found is None:
        _refuse_misspelt(typed.text)
        return _paper(typed.text)
    return _digest(found["rest"], today) if concerns_digests(typed) else _paper(found["rest"])


def _refuse_misspelt(text: str) -> None:
    """Raise DidYouMean for words that begin with a slash and almost one of our commands."""
    found = _SLASHED.fullmatch(text)
    near = process.extractOne(found["name"].casefold(), _COMMANDS, score_cutoff=_NEAR_VERB) if found else None
    if found and near:
        meant = Typed(near[0], (found["rest"] or "").strip())
        said = f"/{meant.surface} {meant.text}".strip()
        raise DidYouMean(sentence("Did you mean `{verb}`?", verb=said), meant)


def _paper(text: str) -> Command:
    query = text.strip()
    public = query.startswith("!") or query.endswith(" !")
    query = query.strip("! ") if public else query
    if _verb(query) == "help":
        return Help()
    return Lookup(query, public) if query else Help("paper")


def _digest(text: str, today: date) -> Command:
    first, _, rest = text.strip().partition(" ")
    match _verb(first):
        case "tags":
            return Tags(rest.strip())
        case "help":
            return Help(_verb(rest) or rest.strip() or None)
        case "show":
            return _show(rest, today)
        case None:
            return _show(text, today)
        case verb:
            return read_verb(verb, rest, today)


def _show(text: str, today: date) -> Command:
    tags = tuple(_TAG.findall(text))
    words = _TAG.sub(" ", text).split()
    rest = [word for word in words if unicodedata.normalize("NFC", word).casefold() not in _ALL]
    whole = len(rest) < len(words)
    when = " ".join(rest)
    if not when:
        return ShowDigest(None, tags, whole)
    found = read_date(when, today)
    if found is None:
        raise _not_understood(when, text)
    return ShowDigest(found, tags, whole)


def _verb(word: str) -> str | None:
    return DIGEST_VERBS.get(unicodedata.normalize("NFC", word).casefold().strip())


def _not_understood(when: str, text: str) -> UsageError:
    """Say that no date is meant, or which verb is: then with all that was typed beside it."""
    first = when.partition(" ")[0]
    near = process.extractOne(first.casefold(), DIGEST_VERBS, score_cutoff=_NEAR_VERB)
    if near is None:
        return UsageError(sentence("“{text}” is not a date. Use YYYY-MM-DD, e.g. `/digest 2026-08-07`.", text=when))
    verb, rest = near[2], " ".join(text.replace(first, " ", 1).split())
    return DidYouMean(sentence("Did you mean `{verb}`?", verb=verb), Typed("digest", f"{verb} {rest}".strip()))


def is_public(line: str) -> bool:
    """Tell whether a line is a question everybody sees: a mention is, a slash command isn't."""
    found = _LINE.fullmatch(line)
    return found is not None and found["mention"] is not None
