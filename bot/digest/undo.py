"""Take the last change of a channel back, by word or by the button below what announced it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.commands import Typed, Undo
from bot.digest import explain
from bot.digest.options import as_written
from bot.digest.wording import rule_in_words
from bot.errors import UsageError
from bot.message import Action, Reply, Request, Visibility
from bot.model import Channel, ChannelAddress, Subscription
from bot.sentences import sentence
from bot.words import Words

if TYPE_CHECKING:
    from bot.storage.channels import AuditRow
    from bot.storage.digests import DigestStore


class Undoing:
    """Undo the last change, and offer it wherever a change is announced."""

    def __init__(self, store: "DigestStore") -> None:
        self._store = store

    def offering(self, address: ChannelAddress, words: Words, change: Callable[[], Reply]) -> Reply:
        """Make a change and add to its answer the button that takes back this very change, if there was one."""
        before, reply = self._last(address), change()
        after = self._last(address)
        if after is None or after == before:
            return reply
        return replace(
            reply, actions=(*reply.actions, Action(words.gettext("Undo"), Typed("digest", f"undo {after.id}")))
        )

    def undo(self, command: Undo, channel: Channel, request: Request, words: Words) -> Reply:
        """Take back the last change; a button's own where it still is the last. Raises UsageError where it isn't."""
        last = self._last(channel.address)
        if last is None:
            return Reply(words.gettext("There is nothing to undo."), visibility=Visibility.PUBLIC)
        if command.change and str(last.id) != command.change:
            raise UsageError(sentence("Something else was changed here since. `/digest log` shows what, and who did."))
        # Before its first change a channel wanted nothing.
        changed = as_written(channel, last.before) if last.before else replace(channel, subscription=Subscription())
        self._store.save(changed, explain.change(channel, changed, request.person.id, "undo"), "person")
        said = words.gettext("↩ @{name} took back the last change.", name=request.person.name)
        if changed.subscription.wants_nothing:
            said += " " + words.gettext("Nothing is posted here any more.")
            return Reply(said, visibility=Visibility.PUBLIC)
        rule = rule_in_words(changed.subscription, words)
        said += " " + words.gettext("The rule is now: {rule}.", rule=rule)
        return Reply(said, visibility=Visibility.PUBLIC)

    def _last(self, address: ChannelAddress) -> "AuditRow | None":
        channel = self._store.channel(address)
        rows = self._store.changes(channel, limit=1) if channel is not None else []
        return rows[0] if rows else None
