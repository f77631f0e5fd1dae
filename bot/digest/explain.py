"""Say what a channel wants, what it gets and why: the answers of the `/digest` verbs in words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.digest.alert import NOBODY
from bot.digest.ledger import Delivery, State
from bot.digest.options import channel_text
from bot.digest.rules import Merged, Rule
from bot.digest.wording import options_in_words, rule_in_words, schedule_in_words, short_day, state_of
from bot.errors import UsageError
from bot.message import Block, BlockRole, Card, Outcome, Reply, Request, Visibility
from bot.model import Channel, Subscription, TagCount
from bot.richtext import Mention, Moment, Span, Spans, Text, plain, with_moments
from bot.sentences import Sentence, sentence
from bot.words import Words

if TYPE_CHECKING:
    from bot.storage.digests import Change, DigestStore

TAGS_SHOWN = 5
LOG_SHOWN = 20
# A runner writes its heartbeat every ten seconds.
_ALIVE = timedelta(minutes=1)


def none_yet(counts: Sequence[TagCount]) -> Sentence:
    """Say that a channel has no subscriptions, and what there is to subscribe to."""
    if not counts:
        return sentence("No subscriptions in this channel. Try `/digest subscribe #llm`.")
    used = ", ".join(f"#{count.tag} {count.entries}" for count in counts[:TAGS_SHOWN])
    return sentence(
        "No subscriptions in this channel. Try `/digest subscribe #{tag}`. Most used: {used}, …",
        tag=counts[0].tag,
        used=used,
    )


def change(before: Channel, after: Channel, who: str, action: str) -> "Change":
    """Describe a change for the audit; a channel that is new was nothing before."""
    from bot.storage.digests import Change

    return Change(who, action, channel_text(before) if before.id else "", channel_text(after))


def subscribed(
    store: "DigestStore",
    channel: Channel,
    merged: Merged,
    asked: Rule,
    request: Request,
    dry_run: tuple[int, int],
    words: Words,
) -> Reply:
    """Say what a channel wants now, who made it so, what comes next, and what the rule would have posted."""
    rule = rule_in_words(channel.subscription, words)
    when = schedule_in_words(channel.schedule, words)
    following = next_in_words(store, channel, words)
    nothing_new = merged.added == Subscription()
    if nothing_new and asked.subscription != Subscription():
        already = words.gettext("Already subscribed to {rule}.", rule=rule_in_words(_positive(merged.already), words))
        return _public(f"{already} {when} {following}".strip(), _next(store, channel, words))
    said = words.gettext("✅ @{name} subscribed this channel to {rule}.", name=request.person.name, rule=rule)
    if merged.already != Subscription():
        already = rule_in_words(_positive(merged.already), words)
        said += " " + words.gettext("(Already subscribed to {rule}.)", rule=already)
    notes, days = dry_run
    would = words.ngettext(
        "It would have posted {number} note, on {days} of the last 30 days that have notes.",
        "It would have posted {number} notes, on {days} of the last 30 days that have notes.",
        notes,
        days=days,
    )
    text = "\n".join(part for part in (f"{said} {when} {following}".strip(), would) if part)
    return _public(text, _next(store, channel, words))


def unsubscribed(channel: Channel, removed: Merged, request: Request, words: Words) -> Reply:
    """Say what was taken out of a channel's rule and what is left."""
    rule = rule_in_words(channel.subscription, words)
    if removed.added == Subscription():
        missing = rule_in_words(_positive(removed.already), words)
        return Reply(
            words.gettext("This channel isn't subscribed to {terms}. Its rule: {rule}.", terms=missing, rule=rule),
            outcome=Outcome.MISUSED,
        )
    taken = rule_in_words(_positive(removed.added), words)
    said = words.gettext("✅ @{name} unsubscribed this channel from {terms}.", name=request.person.name, terms=taken)
    if channel.subscription.wants_nothing:
        return _public(said + " " + words.gettext("Nothing is posted here any more; `/digest undo` takes it back."))
    return _public(said + " " + words.gettext("The rule is now: {rule}.", rule=rule))


def subscriptions(store: "DigestStore", request: Request, words: Words) -> Reply:
    """Say what a channel wants, when, and what comes next."""
    view = store.view(request.address)
    if view is None or view.channel.subscription.wants_nothing:
        raise UsageError(none_yet(store.tag_counts()))
    channel = view.channel
    rule = words.gettext("This channel gets {rule}.", rule=rule_in_words(channel.subscription, words))
    set_up = [term for term, origin in view.origins.items() if origin == "settings"]
    marked = words.gettext("From the settings: {terms}.", terms=" ".join(set_up)) if set_up else ""
    parts = (rule, schedule_in_words(channel.schedule, words), next_in_words(store, channel, words), marked)
    text = " ".join(part for part in parts if part)
    return Reply(text, lead=with_moments(text, _next(store, channel, words)))


def settings(channel: Channel, words: Words) -> Reply:
    """Say when and how a channel gets its digest."""
    look = words.gettext("Language {language}, style {style}.", language=channel.language, style=channel.style.value)
    lines = (
        words.gettext("This channel gets {rule}.", rule=rule_in_words(channel.subscription, words)),
        schedule_in_words(channel.schedule, words),
        look,
        options_in_words(channel.options, words),
        state_of(channel, words),
    )
    return Reply("\n".join(line for line in lines if line))


def status(store: "DigestStore", request: Request, now: datetime, words: Words) -> Reply:
    """Say whether anybody sends digests, what came last and what comes next, and why nothing does."""
    beat = store.heartbeat()
    alive = beat is not None and now - beat <= _ALIVE
    lines = [words.gettext("The scheduler is running.") if alive else _not_running(beat, words)]
    view = store.view(request.address)
    if view is None or view.channel.subscription.wants_nothing:
        return Reply("\n".join([*lines, words.say(none_yet(store.tag_counts()))]))
    channel = view.channel
    moments = _next(store, channel, words)
    if view.last_posted is not None and view.last_posted.settled_at is not None:
        at = _local(view.last_posted.settled_at, channel)
        moments = (Moment(view.last_posted.settled_at, at), *moments)
        lines.append(
            words.gettext("Last post: the digest of {date}, at {at}.", date=view.last_posted.local_date, at=at)
        )
    else:
        lines.append(words.gettext("Nothing has been posted here yet."))
    lines += [next_in_words(store, channel, words), state_of(channel, words)]
    if view.resting is not None:
        lines.append(words.say(view.resting))
    if view.blocked is not None:
        lines.append(words.gettext("The platform refuses my credentials: {reason}", reason=view.blocked))
    if view.open:
        lines.append(words.ngettext("{number} message is waiting.", "{number} messages are waiting.", view.open))
    text = "\n".join(line for line in lines if line)
    return Reply(text, lead=with_moments(text, moments))


def why(store: "DigestStore", channel: Channel, day: date, words: Words) -> Reply:
    """Say for each note of a date: posted, or what kept it out."""
    digest = store.preview(channel, day)
    rows = [
        *((one.filed.entry.title, _in(one.late, words.say(one.why), words)) for one in digest.chosen),
        *((one.filed.entry.title, words.say(one.why)) for one in digest.left_out),
    ]
    recorded = [one for one in store.deliveries(channel=channel, limit=200) if one.local_date == day]
    became = ", ".join(_became(one, words) for one in recorded) or words.gettext("not due yet")
    heading = f"{words.day(day)}: {became}"
    if not rows:
        return Reply(f"{heading}\n" + words.gettext("No notes for {when}.", when=day), outcome=Outcome.NOTHING_FOUND)
    blocks = tuple(Block(BlockRole.ITEM, (Text(f"{title} — {reason}"),)) for title, reason in rows)
    text = "\n".join([heading, *(f"{title} — {reason}" for title, reason in rows)])
    return Reply(text, cards=(Card(heading, blocks=blocks),))


def log(store: "DigestStore", channel: Channel, request: Request, words: Words) -> Reply:
    """Show a channel's last deliveries and changes, newest first, each with who made it."""
    rows: list[tuple[datetime, Spans]] = [
        (one.settled_at or one.due_at, (Text(f"{one.local_date} · {_became(one, words)}"),))
        for one in store.deliveries(channel=channel, limit=LOG_SHOWN)
    ]
    rows += [
        (row.at, (_named(row.person, request), Text(f": {row.action}"))) for row in store.changes(channel, LOG_SHOWN)
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    if not rows:
        return Reply(words.gettext("Nothing has happened here yet."))
    lines = [(Moment(at, _local(at, channel)), Text(" · "), *said, Text("\n")) for at, said in rows[:LOG_SHOWN]]
    lead = tuple(span for line in lines for span in line)[:-1]
    return Reply(plain(lead), lead=lead)


def _named(person: str, request: Request) -> Span:
    """Point at a person where only one reader sees it: in public it would call them. Names aren't stored."""
    if person in NOBODY or request.public:
        return Text(person)
    return Mention(person, request.person.name if person == request.person.id else person)


def next_in_words(store: "DigestStore", channel: Channel, words: Words) -> str:
    """Say when the next digest is due; empty where none is."""
    following = _next(store, channel, words)
    return words.gettext("Next: {day}.", day=following[0].text) if following else ""


def _next(store: "DigestStore", channel: Channel, words: Words) -> tuple[Moment, ...]:
    """Return when the next digest is due, nothing where none is."""
    view = store.view(channel.address)
    if view is None or view.next_due_at is None:
        return ()
    day = view.next_due_at.astimezone(ZoneInfo(channel.schedule.zone)).date()
    return (Moment(view.next_due_at, short_day(day, words)),)


def _positive(terms: Subscription) -> Subscription:
    """Name excluded terms as what they are where there is nothing else to name."""
    if terms.everything or terms.included or not terms.excluded:
        return terms
    return Subscription(everything=True, excluded=terms.excluded)


def _not_running(beat: datetime | None, words: Words) -> str:
    if beat is None:
        return words.gettext("The scheduler isn't running. `paperboy run` starts it.")
    at = beat.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return words.gettext("The scheduler hasn't run since {at}. `paperboy run` starts it.", at=at)


def _became(delivery: Delivery, words: Words) -> str:
    said = {
        State.PENDING: words.gettext("waiting"),
        State.SENDING: words.gettext("being sent"),
        State.POSTED: words.gettext("posted"),
        State.EMPTY: words.gettext("nothing to post"),
        State.SKIPPED: words.gettext("paused"),
        State.FAILED: words.gettext("refused by the platform"),
        State.EXPIRED: words.gettext("too old to be posted"),
        State.CANCELLED: words.gettext("cancelled"),
        State.AMBIGUOUS: words.gettext("unclear whether it was posted"),
    }[delivery.state]
    return f"{said} ({words.say(delivery.error)})" if delivery.error else said


def _in(late: bool, reason: str, words: Words) -> str:
    return words.gettext("{reason}, late", reason=reason) if late else reason


def _local(at: datetime, channel: Channel) -> str:
    return at.astimezone(ZoneInfo(channel.schedule.zone)).strftime("%Y-%m-%d %H:%M")


def _public(text: str, moments: tuple[Moment, ...] = ()) -> Reply:
    return Reply(text, lead=with_moments(text, moments) if moments else (), visibility=Visibility.PUBLIC)
