"""Say why a setting's value can't be used: a sentence that comes through pydantic unharmed. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.sentences import Sentence, sentence


class UnusableValueError(ValueError):
    """Raised by a setting's own check; pydantic keeps it beside the words it makes of it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


def reason_of(detail: Mapping[str, object]) -> Sentence:
    """Return the reason in an item of `ValidationError.errors()`: the check's own sentence, else pydantic's English."""
    context = detail.get("ctx")
    cause = context.get("error") if isinstance(context, dict) else None
    if isinstance(cause, UnusableValueError):
        return cause.sentence
    limits = context if isinstance(context, dict) else {}
    return _of_kind(str(detail["type"]), limits) or Sentence(
        str(detail["msg"]).removeprefix("Value error, ").rstrip(".")
    )


def not_taken_apart(said: str) -> Sentence:
    """Return the reason where pydantic-settings couldn't take a value apart: one that has to be JSON."""
    found = re.search(r'value for field "(\w+)"', said)
    if found is None:
        return sentence("The settings can't be read: {reason}.", reason=said.rstrip("."))
    name = f"PAPERBOY_{found[1].upper()}"
    return sentence("{setting} is not usable: {reason}.", setting=name, reason=sentence("it is to be written as JSON"))


def _of_kind(kind: str, limits: Mapping[str, object]) -> Sentence | None:
    """Say what pydantic means by the kinds of error that our settings can have; None for any other."""
    match kind:
        case "less_than_equal":
            return sentence("it is {limit} at most", limit=limits["le"])
        case "greater_than_equal":
            return sentence("it is {limit} at least", limit=limits["ge"])
        case "greater_than":
            return sentence("it is more than {limit}", limit=limits["gt"])
        case "literal_error":
            return sentence("it is one of {choices}", choices=str(limits["expected"]).replace(" or ", ", "))
    return _MEANT.get(kind)


_MEANT: Mapping[str, Sentence] = MappingProxyType(
    {
        **dict.fromkeys(("bool_parsing", "bool_type"), sentence("it is true or false")),
        **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), sentence("it is a whole number")),
        **dict.fromkeys(("float_parsing", "float_type"), sentence("it is a number")),
        **dict.fromkeys(("string_type", "path_type"), sentence("it is text")),
        **dict.fromkeys(("dict_type", "model_type"), sentence("it is a table of names and values")),
        "list_type": sentence("it is a list"),
        "missing": sentence("it is missing"),
    }
)
