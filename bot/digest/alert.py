"""What has to be told to whoever looks after an installation: what is broken, and how it is mended. Pure."""

from base64 import b32encode
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from bot.commands import Typed
from bot.message import Action, Reply, Visibility
from bot.model import ChannelAddress
from bot.richtext import ChannelName, Span, Text, plain
from bot.sentences import Sentence
from bot.words import Words

CHANNELS_NAMED = 20
# Who changes channels without being a person of a platform.
NOBODY = ("settings", "operator")


class Trouble(StrEnum):
    """What kind of thing is broken; the first word of a cause's key."""

    RESTING = "resting"  # channels refuse their digests
    LOCKED_OUT = "credentials"  # a workspace refuses our credentials
    AMBIGUOUS = "ambiguous"  # nobody can tell whether a digest was posted


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that is broken in a workspace, for as long as it is.

    `key` tells it from the workspace's other causes. `channels` are those it keeps from their digests, `delivery_id`
    and `local_date` name the digest that nobody can tell of. `language` is that of the first channel, `subscriber`
    the id of the person who subscribed it last.
    """

    platform: str
    workspace: str
    trouble: Trouble
    reason: Sentence
    channels: tuple[ChannelAddress, ...] = ()
    language: str = "ko"
    subscriber: str | None = None
    delivery_id: str | None = None
    local_date: date | None = None

    @property
    def key(self) -> str:
        """Tell this cause from the others of its workspace."""
        match self.trouble:
            case Trouble.LOCKED_OUT:
                return self.trouble.value
            case Trouble.AMBIGUOUS:
                return f"{self.trouble.value} {self.delivery_id}"
            case Trouble.RESTING:
                said = sha256(str(self.reason).encode("utf-8", "surrogatepass")).hexdigest()[:24]
                return f"{self.trouble.value} {said}"


@dataclass(frozen=True, slots=True)
class Alert:
    """What was or will be told of a cause. `destination` is None until a place was found, `cause` once it is healed.

    `payload` and `message_id` are those of the message, None before it was drawn and posted. `first_sent_at` and
    `last_sent_at` (UTC) are set where it may have arrived. `attempt` fences: only who claimed last may write.
    """

    id: str
    attempt: int
    cause: Cause | None
    destination: ChannelAddress | None = None
    payload: str | None = None
    message_id: str | None = None
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None

    @property
    def unsure(self) -> bool:
        """Say whether a message may be there that nobody wrote down."""
        return self.message_id is None and self.first_sent_at is not None


@dataclass(frozen=True, slots=True)
class Sending:
    """The right to send an alert until a lease ends, fenced by `attempt`.

    `unsure` says that an earlier send may have arrived, between the two instants (UTC): look before sending.
    """

    id: str
    attempt: int
    destination: ChannelAddress
    payload: str
    first_sent_at: datetime
    last_sent_at: datetime
    unsure: bool = False


def alert_id(platform: str, workspace: str, key: str, since: datetime) -> str:
    """Return the id of an alert: as long as a delivery's, and another one each time that a thing breaks."""
    text = f"{platform}|{workspace}|{key}|{since.isoformat()}"
    return "a" + b32encode(sha256(text.encode()).digest()).decode("ascii")[:24].lower()


def alert_reply(identity: str, cause: Cause, words: Words, *, near: bool) -> Reply:
    """Say what is broken and how it is mended, with what can be done about it as buttons.

    `near` says that its readers belong to the workspace, so that its channels can be pointed at.
    """
    lead = (Text("⚠ "), *_what(cause, near=near), Text(f": {_said(cause, words)}"))
    actions = _actions(identity, cause, words)
    return Reply(plain(lead), lead=lead, actions=actions, visibility=Visibility.PUBLIC, language=words.language)


def _what(cause: Cause, *, near: bool) -> list[Span]:
    if cause.trouble is Trouble.LOCKED_OUT or not cause.channels:
        return [Text(f"{cause.platform}:{cause.workspace}")]
    spans: list[Span] = []
    for address in cause.channels[:CHANNELS_NAMED]:
        named: Span = ChannelName(address.channel, str(address)) if near else Text(str(address))
        spans += [*([Text(", ")] if spans else []), named]
    left = len(cause.channels) - CHANNELS_NAMED
    return spans if left <= 0 else [*spans, Text(f" (+{left})")]


def _said(cause: Cause, words: Words) -> str:
    reason = words.say(cause.reason)
    match cause.trouble:
        case Trouble.RESTING:
            kept = words.gettext("The subscriptions are kept; I try again once a day.")
            return words.gettext("digests don't get through. {reason}", reason=reason) + f" {kept}"
        case Trouble.LOCKED_OUT:
            return words.gettext("nothing can be posted in this workspace. {reason}", reason=reason)
        case Trouble.AMBIGUOUS:
            return words.gettext(
                "nobody can tell whether the digest of {date} was posted. {reason} Look there before you resend it.",
                date=cause.local_date,
                reason=reason,
            )


def _actions(identity: str, cause: Cause, words: Words) -> tuple[Action, ...]:
    if cause.trouble is Trouble.AMBIGUOUS:
        return (Action(words.gettext("Resend"), Typed("digest", f"resend {identity}")),)
    retry = Action(words.gettext("Retry"), Typed("digest", f"retry {identity}"))
    if cause.trouble is Trouble.RESTING and len(cause.channels) == 1:
        return retry, Action(words.gettext("Remove"), Typed("digest", f"remove {identity}"))
    return (retry,)
