"""Say what is wrong with arguments in our own sentences, which are translated; argparse knows only English. Pure."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from bot.sentences import Sentence, sentence

_NAMED = re.compile(r"argument (?P<name>[^:]+): (?P<rest>.*)", re.S)
_CHOICE = re.compile(r"invalid choice: '(?P<value>.*)' \(choose from (?P<choices>.*)\)", re.S)
_QUOTED = re.compile(r"'([^']*)'")


def in_our_words(message: str) -> Sentence:
    """Return what argparse says as a sentence of ours; what isn't known here stays as it is."""
    named = _NAMED.fullmatch(message)
    name, rest = (named["name"], named["rest"]) if named else ("", message)
    for pattern, say in _KNOWN.items():
        found = re.fullmatch(pattern, rest, re.S)
        if found is not None:
            return say(name, found)
    return Sentence(message)


def _choice(name: str, found: re.Match[str]) -> Sentence:
    """Name the near choices, else all of them."""
    choices = _QUOTED.findall(found["choices"])
    near = get_close_matches(found["value"], choices, n=3)
    if near:
        return sentence("There is no “{value}”. Did you mean {near}?", value=found["value"], near=", ".join(near))
    return sentence("There is no “{value}”; it is one of {choices}", value=found["value"], choices=", ".join(choices))


# Patterns of what argparse says (after `argument NAME: ` where it names one) and the sentence that stands for it.
_KNOWN: Mapping[str, Callable[[str, re.Match[str]], Sentence]] = MappingProxyType(
    {
        _CHOICE.pattern: _choice,
        r"invalid int value: '(?P<value>.*)'": lambda name, found: sentence(
            "{name} is a whole number, not “{value}”", name=name, value=found["value"]
        ),
        r"expected (?:one argument|at least one argument)": lambda name, _: sentence("{name} needs a value", name=name),
        r"ignored explicit argument '(?P<value>.*)'": lambda name, _: sentence("{name} takes no value", name=name),
        r"the following arguments are required: (?P<names>.*)": lambda _, found: sentence(
            "{names} is required", names=found["names"]
        ),
        r"unrecognized arguments: (?P<given>.*)": lambda _, found: sentence(
            "Nothing here takes {given}", given=found["given"]
        ),
    }
)
