"""The nouns of the ledger: a delivery with its state, the claim that lets one worker send it, and its id. Pure."""

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.digest.compose import Candidate, History
from bot.model import Channel, ChannelAddress, FiledEntry
from bot.sentences import Sentence

LEASE = timedelta(seconds=45)
# A send that takes longer than this is given up on: its outcome is unknown.
SEND_LIMIT = timedelta(seconds=30)
# A digest that can't be composed is tried again after this.
COMPOSE_AGAIN = timedelta(minutes=5)
# What nobody could tell for this long is left to a person.
UNKNOWN_FOR = timedelta(hours=24)
# A channel that refused is tried again after this.
REST = timedelta(days=1)
CATCH_UP_DAYS = 3


class State(StrEnum):
    """What became of a delivery. `pending` and `sending` are open, all others are settled."""

    PENDING = "pending"
    SENDING = "sending"
    POSTED = "posted"
    EMPTY = "empty"  # there was nothing to post
    SKIPPED = "skipped"  # the channel was paused
    FAILED = "failed"  # the platform refuses the channel
    EXPIRED = "expired"  # too old to be posted after all
    CANCELLED = "cancelled"  # somebody withdrew it
    AMBIGUOUS = "ambiguous"  # nobody can tell whether it was posted


@dataclass(frozen=True, slots=True)
class Delivery:
    """The obligation to post one part of a digest to one channel, and what became of it.

    `edition` is 0 for the daily digest; `part` 0 is the message, the others its thread in order. All instants are
    UTC; `due_at` is the moment of the schedule, or that at which somebody asked for the date. `entries` are entry ids,
    None until the digest is composed.
    """

    id: str
    channel_id: int
    address: ChannelAddress
    local_date: date
    edition: int
    part: int
    due_at: datetime
    state: State
    attempt: int
    wake_at: datetime | None = None
    entries: tuple[str, ...] | None = None
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    settled_at: datetime | None = None
    message_id: str | None = None
    error_class: str | None = None
    error: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to send one part until `lease_until`, fenced by `attempt`.

    `unsure` says that an earlier send may have arrived: look before sending. `thread` is the id of the digest's
    first message, None for that message itself. `resting` says that the channel refused the last one.
    """

    delivery_id: str
    channel_id: int
    address: ChannelAddress
    local_date: date
    edition: int
    part: int
    attempt: int
    lease_until: datetime
    payload: str
    first_sent_at: datetime
    last_sent_at: datetime
    thread: str | None = None
    unsure: bool = False
    resting: bool = False


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What became of deliveries that were due: the ids of all of them, the claims of those to send now.

    `faults` are those that could not be composed, with the error; they wait.
    """

    ids: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    faults: tuple[tuple[str, Exception], ...] = ()


@dataclass(frozen=True, slots=True)
class Arrived:
    """A claimed part that the platform has stored as `message_id`, as was known at `at`."""

    claim: Claim
    message_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Material:
    """What a digest is composed from; all of one revision of the notes."""

    candidates: Sequence[Candidate]
    history: History
    earlier: Sequence[FiledEntry] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A digest as it will be posted: payloads in order, the ids of its entries, its frame. No payload: nothing to post.

    `frame` is as `bot.digest.frame` writes it.
    """

    payloads: tuple[str, ...]
    entries: tuple[str, ...]
    frame: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What a posted part has to say now."""

    part: int
    message_id: str
    payload: str


@dataclass(frozen=True, slots=True)
class Correction:
    """The edits that bring a posted digest up to a revision of the notes.

    `added` are payloads that its messages have no room for: further parts of its thread, numbered from `next_part`.
    """

    delivery: Delivery
    revision: int
    edits: tuple[Edit, ...]
    added: tuple[str, ...] = ()
    next_part: int = 0


def delivery_id(address: ChannelAddress, local_date: date, part: int, edition: int = 0) -> str:
    """Return the id of a delivery: 25 characters, the most that a Discord nonce holds."""
    repeat = f"|{edition}" if edition else ""
    key = f"{address}|{local_date.isoformat()}|{part}{repeat}"
    return "d" + b32encode(sha256(key.encode()).digest()).decode("ascii")[:24].lower()


def is_catch_up(due_at: datetime, now: datetime) -> bool:
    """Say whether a digest comes so long after its time that readers should be told."""
    return now - due_at >= timedelta(hours=1)


def is_paused(channel: Channel, local_date: date) -> bool:
    """Say whether a channel's pause covers a date."""
    return channel.paused and (channel.paused_until is None or local_date < channel.paused_until)
