"""Do what the buttons below an alert say: try again, end the subscription, post a digest again."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.commands import EndSubscription, Resend, Retry
from bot.digest.alert import Cause, Trouble
from bot.digest.rules import Merged
from bot.errors import UsageError
from bot.message import Reply, Request, Visibility
from bot.model import Channel, ChannelAddress, Subscription
from bot.sentences import sentence
from bot.words import Words

if TYPE_CHECKING:
    from bot.storage.digests import DigestStore

# Takes a channel, the terms to take out (None: all) and who asks.
Unsubscribe = Callable[[ChannelAddress, Subscription | None, str], Merged]


class Mending:
    """Mend what alerts tell of, for whoever reads them where they were posted."""

    def __init__(self, store: "DigestStore", unsubscribe: Unsubscribe) -> None:
        self._store = store
        self._unsubscribe = unsubscribe

    def answer(self, command: Retry | EndSubscription | Resend, request: Request, words: Words) -> Reply:
        """Do what a button says; raises UsageError where its alert is over, or was posted elsewhere."""
        cause = self._cause(command.alert, request)
        match command:
            case Retry():
                return self._retry(cause, words)
            case EndSubscription():
                return self._end_subscription(cause, request, words)
            case Resend():
                return self._resend(cause, words)

    def _retry(self, cause: Cause, words: Words) -> Reply:
        """Try again; whoever was told isn't told anew where that fails as well."""
        if cause.trouble is Trouble.LOCKED_OUT:
            self._store.mend(cause.platform, cause.workspace)
        for channel in self._channels(cause):
            self._store.retry(channel)
        return _done(words.gettext("Trying again now."))

    def _end_subscription(self, cause: Cause, request: Request, words: Words) -> Reply:
        """Take the one channel's whole rule away."""
        if cause.trouble is not Trouble.RESTING or len(cause.channels) != 1:
            raise UsageError(
                sentence("More than one channel is concerned by now. Use `/digest unsubscribe` in each of them.")
            )
        address = cause.channels[0]
        self._unsubscribe(address, None, request.person.id)
        who = request.person.name
        return _done(words.gettext("✅ @{name} ended the subscription of {channel}.", name=who, channel=address))

    def _resend(self, cause: Cause, words: Words) -> Reply:
        delivery = self._store.delivery(cause.delivery_id) if cause.delivery_id else None
        if delivery is None or not self._store.resend(delivery):
            raise _over()
        return _done(words.gettext("The digest of {date} is being sent again.", date=delivery.local_date))

    def _cause(self, wanted: str, request: Request) -> Cause:
        """Return what is broken; only who reads an alert where it was posted may act on it."""
        alert = self._store.alert(wanted)
        if alert is None or alert.cause is None or alert.destination != request.address:
            raise _over()
        return alert.cause

    def _channels(self, cause: Cause) -> list[Channel]:
        found = (self._store.channel(address) for address in cause.channels)
        return [channel for channel in found if channel is not None]


def _over() -> UsageError:
    return UsageError(sentence("That is mended already, or was told elsewhere. `/digest status` says how it stands."))


def _done(text: str) -> Reply:
    return Reply(text, visibility=Visibility.PUBLIC)
