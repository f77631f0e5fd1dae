"""Write the native options of Discord's commands in the words of the grammar, which the core reads. Pure."""

import re
from collections.abc import Iterable

# An entry id as type-ahead gives it back; a word of thirteen letters can look like one, so a miss is looked up.
ENTRY_ID = re.compile(r"e[a-z2-7]{12}")
# Sub-commands that change what a channel gets.
CHANGES_BY_BUTTON = frozenset({"remove", "resend"})
CHANGES_BY_COMMAND = frozenset({"subscribe", "unsubscribe", "set", "pause", "resume", "catchup", "undo", "retry"})
CHANGES = CHANGES_BY_COMMAND | CHANGES_BY_BUTTON
# Sub-commands after which the bot will have to post by itself.
NEEDS_A_VOICE = frozenset({"subscribe", "set", "resume", "catchup", "undo", "retry"})
SHORT = 100


def paper(
    query: str,
    *,
    since: str | None = None,
    until: str | None = None,
    author: str | None = None,
    tags: str | None = None,
) -> str:
    """Write a lookup with its filters."""
    parts = [_line(query)]
    if author:
        name = _line(author).replace('"', "")
        parts.append(f'author:"{name}"' if " " in name else f"author:{name}")
    if tags:
        parts.append(_tags(tags))
    parts += [f"{name}:{_word(value)}" for name, value in (("from", since), ("to", until)) if value]
    return " ".join(part for part in parts if part)


def show(date: str | None, tags: str | None) -> str:
    """Write `show`."""
    return _joined("show", date, tags and _tags(tags))


def subscribe(
    verb: str,
    tags: str | None = None,
    *,
    at: str | None = None,
    timezone: str | None = None,
    days: str | None = None,
    language: str | None = None,
    style: str | None = None,
) -> str:
    """Write `subscribe` or `unsubscribe`, or with `set` what it changes of the schedule."""
    clauses = (("at", at), ("tz", timezone), ("on", days), ("lang", language), ("style", style))
    said = [f"{name} {_line(value)}" for name, value in clauses if value and value.strip()]
    return _joined(verb, tags and _terms(tags), *said)


def switch(switches: dict[str, str | None]) -> str:
    """Write what `set` switches: `previews on empty skip`."""
    return _joined(*(f"{name} {value}" for name, value in switches.items() if value))


def words(verb: str, *values: str | None) -> str:
    """Write a verb and what follows it."""
    return _joined(verb, *values)


def last_word(typed: str) -> tuple[str, str]:
    """Part what is typed of a list of tags into what stands and the word being typed, without its marks."""
    found = re.search(r"[^\s,]*$", typed)
    word = found[0] if found else ""
    mark = re.match(r"-?[#＃]?", word)
    bare = word[mark.end() :] if mark else word
    return typed[: len(typed) - len(bare)], bare


def completed(typed: str, tags: Iterable[str]) -> list[str]:
    """Return what is typed of a list of tags with its last word completed, each at most 100 characters."""
    before, _ = last_word(typed)
    before = before if before.endswith(("#", "＃")) else f"{before}#"
    already = set(re.findall(r"[#＃]([^\s#＃,]+)", before))
    return [f"{before}{tag}" for tag in tags if tag not in already and len(f"{before}{tag}") <= SHORT]


def _joined(*parts: str | None) -> str:
    return " ".join(_line(part) for part in parts if part and part.strip())


def _line(text: str) -> str:
    return " ".join(text.split())


def _word(text: str) -> str:
    return "-".join(text.split())


def _tags(text: str) -> str:
    """Mark every word as a tag, but the one that stands for all."""
    return " ".join(_marked(word) for word in re.split(r"[\s,]+", text) if word)


def _terms(text: str) -> str:
    """Leave the terms of a rule as typed; the core reads tags with or without their mark."""
    return _line(text)


def _marked(word: str) -> str:
    if word.casefold() == "all":
        return word
    sign, bare = ("-", word[1:]) if word.startswith("-") else ("", word)
    return f"{sign}#{bare.lstrip('#＃')}"
