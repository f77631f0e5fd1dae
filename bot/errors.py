"""Errors that Paperboy raises on purpose: each carries data, and a sentence that is safe to show."""

from bot.sentences import Sentence


class PaperboyError(Exception):
    """Say what went wrong and what to do about it, in one sentence."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class SettingsError(PaperboyError):
    """A setting is missing or wrong: the command line says so and exits with 2."""


class UsageError(PaperboyError):
    """A person asked for something that can't be done as asked."""


class StorageError(PaperboyError):
    """The database can't be used as it is."""


class NoteError(PaperboyError):
    """A note file can't be read.

    `line` is 1-based, or None where the whole file is meant.
    """

    def __init__(self, path: str, line: int | None, reason: Sentence) -> None:
        super().__init__(reason)
        self.path = path
        self.line = line


class DeliveryError(PaperboyError):
    """A message could not be delivered."""


class ChannelGone(DeliveryError):  # noqa: N818 - the domain's own word
    """The channel is deleted, archived or closed to the bot: nothing more is sent there."""


class RateLimited(DeliveryError):  # noqa: N818 - the domain's own word
    """The platform asks to wait; nothing was sent. `retry_after` is in seconds."""

    def __init__(self, sentence: Sentence, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class CredentialsRefused(DeliveryError):  # noqa: N818 - the domain's own word
    """The platform refuses the token: the whole installation waits until it is mended."""


class NotSent(DeliveryError):  # noqa: N818 - the domain's own word
    """The message certainly did not reach the platform: it can be tried again."""


class OutcomeUnknown(DeliveryError):  # noqa: N818 - the domain's own word
    """Nobody can tell whether the platform stored the message: look before sending again."""
