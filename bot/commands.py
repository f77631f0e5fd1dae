"""Typed commands: what a person can ask for, whatever the platform. Text becomes one in `bot.grammar`."""

from dataclasses import dataclass

from bot.model import NoteDate


@dataclass(frozen=True, slots=True)
class Typed:
    """Words as typed after a command's name: `paper` for lookups, `digest` for the rest, `mention` for either."""

    surface: str
    text: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Find a note. `public` asks for an answer everybody sees (`!`)."""

    query: str
    public: bool = False


@dataclass(frozen=True, slots=True)
class MoreMatches:
    """Show the matches of a lookup as a list, from `first` (0-based) on."""

    query: str
    first: int = 0


@dataclass(frozen=True, slots=True)
class FindLinked:
    """Find the notes on the papers linked in a message; `text` is the message as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Describe the note on each linked paper that has one, a card per address, for link previews.

    The reply's cards carry the address as `url`, in the order given; addresses without a note have no card.
    """

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """Show one note by its entry id."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class ShowAbstract:
    """Show the abstract of a note."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """Show one note to everybody in the channel."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class ShowDigest:
    """Show a date's notes as this channel takes them; None means today.

    `tags` (written with `#`, `-#` to exclude) stand in for the channel's rule, `whole` is everything of the date.
    """

    when: NoteDate | None = None
    tags: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Tags:
    """List the tags whose spelling is near `text`, all of them where it is empty."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """Explain one verb, or say what there is."""

    verb: str | None = None


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Add to what a channel wants, in the words of a rule: `#llm -#survey at 09:00 tz Asia/Seoul on mon-fri`.

    `anyway` takes tags that no note has.
    """

    rule: str = ""
    anyway: bool = False


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Take terms out of what a channel wants; everything where none is named."""

    rule: str = ""


@dataclass(frozen=True, slots=True)
class SetOptions:
    """Change a channel's options: `previews on empty post at 10:00`."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class ListSubscriptions:
    """Say what a channel wants."""


@dataclass(frozen=True, slots=True)
class ShowSettings:
    """Say when and how a channel gets its digest."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop a channel's digest, until a date where one is given."""

    until: NoteDate | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on with a channel's digest."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Post the digests of earlier dates that a channel hasn't had."""

    start: NoteDate | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Say whether digests are being sent, which came last and which comes next."""


@dataclass(frozen=True, slots=True)
class Why:
    """Say for each note of a date why it was or wasn't posted here."""

    when: NoteDate | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """Show a channel's last deliveries and changes."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back the last change to a channel; a button's own, `change` being its number, only while it is the last."""

    change: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again what the platform refused: in this channel, or all that an alert tells of."""

    alert: str = ""


@dataclass(frozen=True, slots=True)
class EndSubscription:
    """End the subscription of the channel that an alert tells of."""

    alert: str


@dataclass(frozen=True, slots=True)
class Resend:
    """Post the digest again that an alert tells of: nobody could tell whether it was posted."""

    alert: str


DigestCommand = (
    Subscribe
    | Unsubscribe
    | SetOptions
    | ListSubscriptions
    | ShowSettings
    | Pause
    | Resume
    | CatchUp
    | Status
    | Why
    | Log
    | Undo
    | Retry
    | EndSubscription
    | Resend
)
Command = (
    Typed
    | Lookup
    | MoreMatches
    | FindLinked
    | Preview
    | OpenEntry
    | ShowAbstract
    | ShareEntry
    | ShowDigest
    | Tags
    | Help
    | DigestCommand
)
