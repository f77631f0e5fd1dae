"""Turn the material of a date into the payloads of a digest: compose, draw, let the platform render."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from bot.digest.cards import digest_reply
from bot.digest.compose import Chosen, Digest, compose
from bot.digest.frame import Frame, as_framed, frame_of, frame_text
from bot.digest.ledger import Delivery, Material, Prepared, is_catch_up
from bot.digest.schedule import instant
from bot.message import Reply, Visibility
from bot.model import Channel
from bot.permalinks import NO_PERMALINKS, Permalinks
from bot.ports import Clock
from bot.sentences import sentence
from bot.words import Words

# A platform's `render`: the payloads of a reply, the message first.
Render = Callable[[Reply], tuple[str, ...]]


class Composer:
    """Compose digests. `renders` maps each platform to what draws its messages; `aliases` are folded tags."""

    def __init__(
        self,
        renders: Mapping[str, Render],
        aliases: Mapping[str, str],
        clock: Clock,
        permalinks: Permalinks = NO_PERMALINKS,
    ) -> None:
        self._renders = renders
        self._aliases = aliases
        self._clock = clock
        self._permalinks = permalinks

    @property
    def platforms(self) -> tuple[str, ...]:
        """Return the platforms whose adapters run here."""
        return tuple(self._renders)

    def choose(self, channel: Channel, delivery: Delivery, material: Material) -> Digest:
        """Choose a delivery's entries; those that were chosen when it was asked for stay."""
        floor = min([channel.first_date, delivery.local_date, *(one.local_date for one in material.history.decided)])
        owed = replace(channel, first_date=floor)
        digest = compose(
            delivery.local_date,
            owed,
            material.candidates,
            material.history,
            self._aliases,
            earlier=material.earlier,
            catch_up=_is_late(channel, delivery, self._clock.now()),
        )
        return digest if delivery.entries is None else _only(digest, delivery.entries, material)

    def prepare(self, channel: Channel, delivery: Delivery, material: Material) -> Prepared | None:
        """Return a digest as it will be posted; None where the channel wants nothing at all any more."""
        if channel.subscription.wants_nothing and delivery.entries is None:
            return None
        digest = self.choose(channel, delivery, material)
        entries = tuple(one.filed.id for one in digest.chosen)
        if not entries and not digest.earlier and not channel.options.post_empty:
            return Prepared((), ())
        return Prepared(self.render(channel, digest), entries, frame_text(frame_of(channel, digest)))

    def redraw(
        self,
        channel: Channel,
        delivery: Delivery,
        material: Material,
        corrected: frozenset[str],
        frame: Frame | None = None,
    ) -> tuple[str, ...]:
        """Draw a posted digest again as its entries are now, those that were corrected marked.

        Its heading stays as `frame` says; without one, it is drawn by the channel's rule of today.
        """
        digest = self.choose(channel, delivery, material)
        if frame is not None:
            channel, digest = as_framed(channel, digest, frame)
        late_then = delivery.first_sent_at is not None and _is_late(channel, delivery, delivery.first_sent_at)
        return self.render(channel, replace(digest, catch_up=late_then), corrected=corrected)

    def leftover(self, channel: Channel) -> str:
        """Draw what a message says whose words found room in those before it."""
        words = words_of(channel.language)
        said = words.gettext("Nothing more: the notes above are whole.")
        first, *_ = self._renders[channel.address.platform](Reply(said, visibility=Visibility.PUBLIC))
        return first

    def render(self, channel: Channel, digest: Digest, *, corrected: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Draw a digest as its channel's platform does."""
        words = words_of(channel.language)
        reply = digest_reply(digest, channel, words, corrected=corrected, permalinks=self._permalinks)
        return self._renders[channel.address.platform](replace(reply, language=words.language))


@lru_cache(maxsize=4)
def words_of(language: str) -> Words:
    """Return the words of a channel's language; where it wants both, the frame is in Korean."""
    return Words("ko" if language == "both" else language)


def _is_late(channel: Channel, delivery: Delivery, at: datetime) -> bool:
    """Say whether readers should be told that a digest comes late; one that was asked for is as old as its date."""
    return is_catch_up(min(delivery.due_at, instant(delivery.local_date, channel.schedule)), at)


def _only(digest: Digest, entries: tuple[str, ...], material: Material) -> Digest:
    """Keep the entries that were asked for, in their order, whether or not the channel has had them."""
    by_id = {one.filed.id: one.filed for one in material.candidates if not one.gone}
    late = {one.filed.id for one in digest.chosen if one.late}
    asked = sentence("asked for")
    chosen = tuple(Chosen(by_id[wanted], asked, wanted in late) for wanted in entries if wanted in by_id)
    return replace(digest, chosen=chosen)
