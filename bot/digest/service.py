"""Answer the `/digest` verbs that change or explain a channel's digest; changes are answered in public, with names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from bot.commands import (
    CatchUp,
    DigestCommand,
    EndSubscription,
    ListSubscriptions,
    Log,
    Pause,
    Resend,
    Resume,
    Retry,
    SetOptions,
    ShowSettings,
    Status,
    Subscribe,
    Typed,
    Undo,
    Unsubscribe,
    Why,
)
from bot.digest import explain
from bot.digest.catching_up import dates_to_catch_up
from bot.digest.composer import words_of
from bot.digest.matching import judge
from bot.digest.mend import Mending
from bot.digest.options import read_options, with_clauses
from bot.digest.rules import Merged, Rule, merge, near_tags, read_rule, remove, unknown_tags
from bot.digest.schedule import first_owed_date, local_date
from bot.digest.undo import Undoing
from bot.digest.wording import options_in_words, schedule_in_words, state_of
from bot.errors import UsageError
from bot.message import Action, Outcome, Person, Reply, Request, Visibility
from bot.model import Channel, ChannelAddress, Schedule, Subscription
from bot.ports import Clock
from bot.sentences import Sentence, sentence
from bot.tags import fold_tag
from bot.words import Words

if TYPE_CHECKING:
    from bot.storage.digests import DigestStore

DRY_RUN_DAYS = 30


class DigestService:
    """Answer digest commands. `defaults` is the schedule of a channel that names none; `aliases` are folded tags."""

    def __init__(self, store: "DigestStore", clock: Clock, *, defaults: Schedule, aliases: Mapping[str, str]) -> None:
        self._store = store
        self._clock = clock
        self.defaults = defaults
        self._aliases = aliases
        self._mending, self._undoing = Mending(store, self.unsubscribe), Undoing(store)

    def today(self, address: ChannelAddress) -> date:
        """Return the date on a channel's wall."""
        channel = self._store.channel(address)
        zone = channel.schedule.zone if channel else self.defaults.zone
        return local_date(self._clock.now(), zone)

    def rule_of(self, address: ChannelAddress) -> Subscription | None:
        """Return what a channel takes, None where it has no subscriptions."""
        channel = self._store.channel(address)
        return None if channel is None or channel.subscription.wants_nothing else channel.subscription

    def answer(self, command: DigestCommand, request: Request, words: Words) -> Reply:
        """Answer one command; raises UsageError for what can't be done as asked."""
        match command:
            case ListSubscriptions():
                return explain.subscriptions(self._store, request, words)
            case ShowSettings():
                return explain.settings(self._existing(request), words)
            case Status():
                return explain.status(self._store, request, self._clock.now(), words)
            case Why(when=when):
                channel = self._existing(request)
                day = when.end if when and when.end else self.today(request.address)
                return explain.why(self._store, channel, day, words)
            case Log():
                return explain.log(self._store, self._existing(request), request, words)
            case _:
                return self._change(command, request, words)

    def _change(self, command: DigestCommand, request: Request, words: Words) -> Reply:
        _refuse_unless_allowed(request.person)
        words = self._public_words(request, words)
        if isinstance(command, Retry | EndSubscription | Resend) and command.alert:
            return self._mending.answer(command, request, words)
        if isinstance(command, Undo):
            return self._undoing.undo(command, self._existing(request), request, words)
        return self._undoing.offering(request.address, words, lambda: self._made(command, request, words))

    def _made(self, command: DigestCommand, request: Request, words: Words) -> Reply:
        match command:
            case Subscribe():
                return self._subscribe(command, request, words)
            case Unsubscribe(rule=rule):
                return self._unsubscribe(rule, request, words)
            case SetOptions(text=text):
                return self._set(text, request, words)
            case Pause(until=until):
                return self._pause(until.start if until else None, request, words)
            case Resume():
                return self._resume(request, words)
            case CatchUp(start=start):
                return self._catch_up(start.start if start else None, request, words)
            case Retry():
                self._store.retry(self._existing(request))
                return _done(words.gettext("Trying again now."))
        raise AssertionError(f"no answer to {command}")

    def subscribe(
        self,
        address: ChannelAddress,
        rule: Rule,
        who: str,
        language: str,
        origin: str = "person",
        action: str = "subscribe",
    ) -> Merged:
        """Add a rule to a channel, which is made where there is none, and say what is new in it.

        What changes nothing isn't written down, unless it is an `action` of its own.
        """
        channel = self._store.channel(address) or self._new(address, language)
        merged = merge(channel.subscription, rule.subscription) if _has_terms(rule) else _unchanged(channel)
        changed = with_clauses(replace(channel, subscription=merged.subscription), rule)
        if channel.id == 0 or (channel.subscription.wants_nothing and not changed.subscription.wants_nothing):
            changed = replace(changed, first_date=first_owed_date(changed.schedule, self._clock.now()))
        if changed != channel or channel.id == 0 or action != "subscribe":
            self._save(channel, changed, who, action, origin)
        return merged

    def unsubscribe(self, address: ChannelAddress, asked: Subscription | None, who: str) -> Merged:
        """Take terms out of a channel's rule, all where none is named, and say what was taken out."""
        channel = self._store.channel(address)
        if channel is None or channel.subscription.wants_nothing:
            raise UsageError(sentence("No subscriptions in {channel}.", channel=str(address)))
        everything = asked is None or (asked.everything and not asked.included and not asked.excluded)
        if everything:
            removed = Merged(Subscription(), channel.subscription, Subscription())
        else:
            assert asked is not None  # noqa: S101 - asked for nothing means everything
            removed = remove(channel.subscription, asked)
        if removed.subscription != channel.subscription:
            changed = replace(channel, subscription=removed.subscription)
            self._save(channel, changed, who, "unsubscribe", "person")
        return removed

    def _subscribe(self, command: Subscribe, request: Request, words: Words) -> Reply:
        rule = read_rule(command.rule, self._aliases)
        if rule == Rule():
            raise UsageError(self._what_to_subscribe_to())
        unknown = () if command.anyway else self._unknown(rule.subscription)
        if unknown:
            return self._ask_about(unknown[0], command.rule, words)
        merged = self.subscribe(request.address, rule, request.person.id, request.language)
        channel = self._existing(request)
        return explain.subscribed(self._store, channel, merged, rule, request, self._dry_run(channel), words)

    def _unsubscribe(self, text: str, request: Request, words: Words) -> Reply:
        if self._existing(request).subscription.wants_nothing:
            raise UsageError(self._what_to_subscribe_to())
        asked = read_rule(text, self._aliases).subscription if text.strip() else None
        removed = self.unsubscribe(request.address, asked, request.person.id)
        return explain.unsubscribed(self._existing(request), removed, request, words)

    def _set(self, text: str, request: Request, words: Words) -> Reply:
        changes = read_options(text)
        channel = self._store.channel(request.address) or self._new(request.address, request.language)
        changed = with_clauses(replace(channel, options=replace(channel.options, **changes.options)), changes.rule)
        self._save(channel, changed, request.person.id, "set", "person")
        said = words.gettext("✅ @{name} changed this channel's settings.", name=request.person.name)
        lines = (said, schedule_in_words(changed.schedule, words), options_in_words(changed.options, words))
        return _done("\n".join(lines))

    def _pause(self, until: date | None, request: Request, words: Words) -> Reply:
        channel = self._existing(request)
        if until is not None and until <= self.today(request.address):
            raise UsageError(
                sentence("{date} is not in the future. Say e.g. `/digest pause until 2026-12-01`.", date=until)
            )
        changed = replace(channel, paused=True, paused_until=until)
        self._save(channel, changed, request.person.id, "pause", "person")
        return _done(f"⏸ @{request.person.name}: {state_of(changed, words)}")

    def _resume(self, request: Request, words: Words) -> Reply:
        channel = self._existing(request)
        if not channel.paused:
            return _done(words.gettext("This channel isn't paused."))
        changed = replace(channel, paused=False, paused_until=None)
        skipped = first_owed_date(channel.schedule, self._clock.now()) - timedelta(days=1)
        self._store.resume(changed, explain.change(channel, changed, request.person.id, "resume"), skipped)
        following = explain.next_in_words(self._store, changed, words)
        return _done(words.gettext("▶ @{name} resumed the digest.", name=request.person.name) + f" {following}")

    def _catch_up(self, start: date | None, request: Request, words: Words) -> Reply:
        channel = self._existing(request)
        if channel.subscription.wants_nothing:
            raise UsageError(self._what_to_subscribe_to())
        last = first_owed_date(channel.schedule, self._clock.now()) - timedelta(days=1)
        dates = dates_to_catch_up(start, self.today(request.address), last)
        count = self._store.catch_up(channel, dates)
        if count == 0:
            return _done(words.gettext("Nothing to catch up on since {date}.", date=dates[0] if dates else start))
        return _done(
            words.ngettext("Catching up on {number} day.", "Catching up on {number} days.", count)
            + " "
            + words.gettext("Days without notes for this channel post nothing.")
        )

    def _public_words(self, request: Request, words: Words) -> Words:
        """Return the words for an answer that everybody reads: the channel's own where it has chosen."""
        channel = self._store.channel(request.address)
        return words if channel is None else words_of(channel.language)

    def _existing(self, request: Request) -> Channel:
        channel = self._store.channel(request.address)
        if channel is None:
            raise UsageError(explain.none_yet(self._store.tag_counts()))
        return channel

    def _new(self, address: ChannelAddress, language: str) -> Channel:
        now = self._clock.now()
        return Channel(0, address, first_owed_date(self.defaults, now), self.defaults, language)

    def _save(self, before: Channel, after: Channel, who: str, action: str, origin: str) -> None:
        self._store.save(after, explain.change(before, after, who, action), origin)

    def _unknown(self, asked: Subscription) -> tuple[str, ...]:
        known = {fold_tag(count.tag) for count in self._store.tag_counts()}
        # Leaving out a tag that no note has yet does no harm.
        return unknown_tags(Subscription(asked.everything, asked.included), known)

    def _ask_about(self, tag: str, rule: str, words: Words) -> Reply:
        """Name the near tags of one that no note has; nothing is written on a guess."""
        near = near_tags(tag, self._store.tag_counts())
        missing = words.gettext("No note has #{tag}.", tag=tag)
        if near:
            named = words.one_of([f"#{one.tag} ({one.entries})" for one in near])
            missing += " " + words.gettext("Did you mean {tags}?", tags=named)
        use = tuple(
            Action(words.gettext("Use #{tag}", tag=one.tag), Typed("digest", f"subscribe {_with(rule, tag, one.tag)}"))
            for one in near
        )
        anyway = Action(words.gettext("Subscribe anyway"), Typed("digest", f"subscribe {rule} anyway"))
        return Reply(missing, actions=(*use, anyway), outcome=Outcome.MISUSED)

    def _what_to_subscribe_to(self) -> Sentence:
        return explain.none_yet(self._store.tag_counts())

    def _dry_run(self, channel: Channel) -> tuple[int, int]:
        """Count what the rule would have posted: notes, and days of the last 30 that have notes."""
        days = [
            sum(judge(self._meant(tags), channel.subscription).wanted for tags in day)
            for day in self._store.tags_by_day(DRY_RUN_DAYS)
        ]
        return sum(days), sum(count > 0 for count in days)

    def _meant(self, tags: frozenset[str]) -> frozenset[str]:
        return tags | {self._aliases[tag] for tag in tags if tag in self._aliases}


def _refuse_unless_allowed(person: Person) -> None:
    if not person.may_manage:
        raise UsageError(
            sentence("Changing subscriptions here needs {right}. Lookups work for everyone.", right=person.right)
        )


def schedule_from(at: str, zone: str) -> Schedule:
    """Return the schedule of a channel that names none, from settings."""
    return Schedule(time.fromisoformat(at), zone)


def _has_terms(rule: Rule) -> bool:
    return rule.subscription != Subscription()


def _unchanged(channel: Channel) -> Merged:
    if channel.subscription.wants_nothing:
        raise UsageError(sentence("Say what to subscribe to, e.g. `/digest subscribe #llm`."))
    return Merged(channel.subscription, Subscription(), Subscription())


def _with(rule: str, tag: str, instead: str) -> str:
    """Put one tag in another's place in a rule as typed."""
    words = [instead if fold_tag(word.lstrip("-")) == tag else word for word in rule.split()]
    return " ".join(f"#{word}" if word == instead else word for word in words)


def _done(text: str) -> Reply:
    return Reply(text, visibility=Visibility.PUBLIC)
