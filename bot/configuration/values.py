"""Say why a setting's value can't be used: a sentence that comes through pydantic unharmed. Pure."""

from collections.abc import Mapping

from bot.sentences import Sentence


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
    return Sentence(str(detail["msg"]).removeprefix("Value error, ").rstrip("."))
