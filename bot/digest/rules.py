"""Read a rule in the words of `/digest subscribe`, and join what it says to what a channel already wants. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time

from rapidfuzz import fuzz, process

from bot.digest.times import is_weekdays, read_time, read_weekdays
from bot.digest.zones import read_zone
from bot.errors import UsageError
from bot.model import Style, Subscription, TagCount, TagGroup
from bot.sentences import sentence
from bot.tags import fold_tag

MOST_TAGS = 100
LONGEST_TAG = 100
LANGUAGES = ("ko", "en", "both")
_NEAR_TAG = 70
_QUOTES = str.maketrans("", "", "“”„‟‘’‚‛'\"`«»「」")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−﹣－", "-"))
_ALL = frozenset(("all", "everything", "전체", "모두", "전부"))
_KEYWORDS: Mapping[str, str] = {
    "at": "at",
    "tz": "tz",
    "zone": "tz",
    "timezone": "tz",
    "on": "on",
    "lang": "lang",
    "language": "lang",
    "style": "style",
}
_LANGUAGE_WORDS: Mapping[str, str] = {
    "ko": "ko", "kr": "ko", "korean": "ko", "한국어": "ko", "한글": "ko",
    "en": "en", "english": "en", "영어": "en",
    "both": "both", "둘다": "both",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule text asks for; None where it says nothing about it."""

    subscription: Subscription = field(default_factory=Subscription)
    at: time | None = None
    zone: str | None = None
    weekdays: tuple[int, ...] | None = None
    language: str | None = None
    style: Style | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """A subscription after a change, the terms that are new in it and those it already had."""

    subscription: Subscription
    added: Subscription
    already: Subscription


def read_rule(text: str, aliases: Mapping[str, str] | None = None) -> Rule:
    """Read `#llm -#survey #a+#b all at 09:00 tz Asia/Seoul on mon-fri lang ko style compact`, kindly.

    `aliases` maps folded tags to the folded tag they mean. Raises UsageError naming the word that can't be read.
    """
    terms, clauses = _split(text)
    return Rule(
        subscription=_read_terms(terms, aliases or {}),
        at=read_time(clauses["at"]) if "at" in clauses else None,
        zone=read_zone(clauses["tz"]) if "tz" in clauses else None,
        weekdays=read_weekdays(clauses["on"]) if "on" in clauses else None,
        language=read_language(clauses["lang"]) if "lang" in clauses else None,
        style=read_style(clauses["style"]) if "style" in clauses else None,
    )


def read_language(text: str) -> str:
    """Read a digest's language: ko, en or both."""
    found = _LANGUAGE_WORDS.get(unicodedata.normalize("NFC", text).strip().casefold())
    if found is None:
        raise UsageError(sentence("“{text}” is not a language I write. Use ko, en or both.", text=text.strip()))
    return found


def read_style(text: str) -> Style:
    """Read a digest's style: compact or full."""
    try:
        return Style(text.strip().casefold())
    except ValueError:
        raise UsageError(sentence("“{text}” is not a style. Use compact or full.", text=text.strip())) from None


def merge(current: Subscription, asked: Subscription) -> Merged:
    """Add what is asked to what a channel has; asking twice changes nothing.

    A group asked for that was excluded moves over, and the other way round. Raises UsageError for a rule that
    starts with nothing to include, or excludes all it includes.
    """
    result = Subscription(
        everything=current.everything or asked.everything,
        included=_union(_without(current.included, asked.excluded), asked.included),
        excluded=_union(_without(current.excluded, asked.included), asked.excluded),
    )
    if result.wants_nothing and current.wants_nothing:
        raise UsageError(
            sentence("Say what to include as well, e.g. `/digest subscribe all {terms}`.", terms=terms_text(asked))
        )
    if result.wants_nothing:
        raise _contradiction(replace(result, included=current.included))
    _refuse_contradiction(result)
    added = Subscription(
        everything=asked.everything and not current.everything,
        included=_without(asked.included, current.included),
        excluded=_without(asked.excluded, current.excluded),
    )
    already = Subscription(
        everything=asked.everything and current.everything,
        included=_without(asked.included, added.included),
        excluded=_without(asked.excluded, added.excluded),
    )
    return Merged(result, added, already)


def remove(current: Subscription, asked: Subscription) -> Merged:
    """Take what is asked out of what a channel has; `added` holds what was taken out, `already` what wasn't there.

    A rule left with nothing to include loses its exclusions too.
    """
    result = Subscription(
        everything=current.everything and not asked.everything,
        included=() if asked.everything else _without(current.included, asked.included),
        excluded=_without(current.excluded, asked.excluded),
    )
    missing = Subscription(
        everything=False,
        included=_without(asked.included, current.included),
        excluded=_without(asked.excluded, current.excluded),
    )
    taken = Subscription(
        everything=asked.everything and current.everything,
        included=_without(asked.included, missing.included),
        excluded=_without(asked.excluded, missing.excluded),
    )
    return Merged(replace(result, excluded=()) if result.wants_nothing else result, taken, missing)


def terms(subscription: Subscription) -> tuple[str, ...]:
    """Return the terms of a subscription as they are typed and stored: `all`, `#llm`, `#a+#b`, `-#survey`."""
    everything = ("all",) if subscription.everything else ()
    included = tuple(_term(group) for group in subscription.included)
    excluded = tuple("-" + _term(group) for group in subscription.excluded)
    return (*everything, *included, *excluded)


def terms_text(subscription: Subscription) -> str:
    """Return a subscription in the words of `/digest subscribe`."""
    return " ".join(terms(subscription))


def unknown_tags(subscription: Subscription, known: Collection[str]) -> tuple[str, ...]:
    """Return the tags of a rule that no note has; `known` holds folded tags."""
    named = (tag for group in (*subscription.included, *subscription.excluded) for tag in group)
    return tuple(tag for tag in dict.fromkeys(named) if tag not in known)


def near_tags(tag: str, known: Iterable[TagCount], limit: int = 3) -> list[TagCount]:
    """Return the known tags spelt most like one, best first; of two alike the more used one."""
    by_name = {fold_tag(one.tag): one for one in sorted(known, key=lambda one: -one.entries)}
    found = process.extract(fold_tag(tag), by_name.keys(), scorer=fuzz.WRatio, limit=limit, score_cutoff=_NEAR_TAG)
    return [by_name[name] for name, _, _ in found]


def _split(text: str) -> tuple[list[str], dict[str, str]]:
    """Part the words of a rule into its tag terms and its clauses (`at`, `tz`, …)."""
    words = _words(text)
    found_terms: list[str] = []
    clauses: dict[str, str] = {}
    position = 0
    while position < len(words):
        word = words[position]
        keyword = _KEYWORDS.get(word.casefold())
        position += 1
        if keyword is None:
            found_terms.append(word)
            continue
        length = _clause_length(keyword, words[position:])
        if length == 0:
            raise UsageError(
                sentence("`{word}` needs a value, e.g. `{example}`.", word=word, example=_example(keyword))
            )
        if keyword in clauses:
            raise UsageError(sentence("`{word}` is said twice. Say it once.", word=word))
        clauses[keyword] = " ".join(words[position : position + length])
        position += length
    return found_terms, clauses


def _words(text: str) -> list[str]:
    written = unicodedata.normalize("NFC", text).translate(_QUOTES).translate(_DASHES).replace("＃", "#")
    written = written.replace("＋", "+").replace("∼", "~").replace("〜", "~")
    written = re.sub(r"(?<=[^\W\d])\s+[-~]\s+(?=[^\W\d])", "-", written)  # `mon - fri`
    written = re.sub(r"\s*\+\s*(?=#|\w)(?!\d)", "+", written)
    written = re.sub(r"(?:(?<=\s)|^)-\s+(?=#)", "-", written)
    written = re.sub(r"(?<=[^\s,+#-])(?=-?#)", " ", written)  # `#llm#rl` and `#llm-#rl` are two tags each
    return [word for word in re.split(r"[\s,;、，]+", written) if word]


def _clause_length(keyword: str, rest: list[str]) -> int:
    """Return how many words belong to a keyword's value; all but weekdays and Korean times are one word."""
    if keyword == "on":
        return next((index for index, word in enumerate(rest) if not is_weekdays(word)), len(rest)) or min(1, len(rest))
    if keyword == "at" and rest:
        extra = re.compile(r"am|pm|\d{1,2}시|\d{1,2}분", re.I)
        return 1 + next((index for index, word in enumerate(rest[1:]) if not extra.fullmatch(word)), len(rest) - 1)
    return min(1, len(rest))


def _example(keyword: str) -> str:
    values = {"at": "at 09:00", "tz": "tz Asia/Seoul", "on": "on mon-fri", "lang": "lang ko", "style": "style compact"}
    return values[keyword]


def _read_terms(words: list[str], aliases: Mapping[str, str]) -> Subscription:
    everything = any(word.casefold().lstrip("#") in _ALL and not word.startswith("#") for word in words)
    groups = [word for word in words if word.casefold() not in _ALL]
    if len(groups) > MOST_TAGS:
        raise UsageError(
            sentence("A rule holds up to {most} tags; this one has {count}.", most=MOST_TAGS, count=len(groups))
        )
    included = tuple(_read_group(word, aliases) for word in groups if not word.startswith("-"))
    excluded = tuple(_read_group(word[1:], aliases) for word in groups if word.startswith("-"))
    asked = Subscription(everything, tuple(dict.fromkeys(included)), tuple(dict.fromkeys(excluded)))
    _refuse_contradiction(asked)
    return asked


def _read_group(word: str, aliases: Mapping[str, str]) -> TagGroup:
    tags = [fold_tag(part) for part in word.split("+")]
    for tag in tags:
        if not any(letter.isalnum() for letter in tag) or len(tag) > LONGEST_TAG or "#" in tag:
            raise UsageError(sentence("“{text}” is not a tag. Write it like #llm.", text=_in_short(word)))
    return tuple(sorted({aliases.get(tag, tag) for tag in tags}))


def _is_out(group: TagGroup, rule: Subscription) -> bool:
    return any(set(out) <= set(group) for out in rule.excluded)


def _in_short(word: str) -> str:
    return word if len(word) <= LONGEST_TAG else word[:LONGEST_TAG] + "…"


def _refuse_contradiction(rule: Subscription) -> None:
    both = set(rule.included) & set(rule.excluded)
    if both or (not rule.everything and rule.included and all(_is_out(group, rule) for group in rule.included)):
        raise _contradiction(rule)


def _contradiction(rule: Subscription) -> UsageError:
    return UsageError(
        sentence("This rule excludes all it includes: {rule}. Nothing was changed.", rule=terms_text(rule))
    )


def _term(group: TagGroup) -> str:
    return "+".join(f"#{tag}" for tag in group)


def _union(first: tuple[TagGroup, ...], second: tuple[TagGroup, ...]) -> tuple[TagGroup, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _without(groups: tuple[TagGroup, ...], gone: tuple[TagGroup, ...]) -> tuple[TagGroup, ...]:
    return tuple(group for group in groups if group not in gone)
