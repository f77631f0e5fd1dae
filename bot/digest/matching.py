"""Judge an entry by a channel's rule, and say which of its tags decided. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.model import Entry, Subscription, TagGroup
from bot.sentences import Sentence, sentence
from bot.tags import fold_tag


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an entry is wanted, and why or why not."""

    wanted: bool
    why: Sentence


def folded_tags(entry: Entry, aliases: Mapping[str, str]) -> frozenset[str]:
    """Return an entry's tags as compared, with those that an alias means."""
    own = {fold_tag(tag) for tag in entry.tags}
    return frozenset(own | {aliases[tag] for tag in own if tag in aliases})


def judge(tags: Collection[str], rule: Subscription) -> Verdict:
    """Decide by folded tags: an exclusion is stronger than any inclusion."""
    out = _first_match(tags, rule.excluded)
    if out is not None:
        return Verdict(False, sentence("left out by -{tag}", tag=group_text(out)))
    chosen = _first_match(tags, rule.included)
    if chosen is not None:
        return Verdict(True, sentence("matches {tag}", tag=group_text(chosen)))
    if rule.everything:
        return Verdict(True, sentence("this channel takes everything"))
    if rule.wants_nothing:
        return Verdict(False, sentence("this channel has no subscriptions"))
    if not tags:
        return Verdict(False, sentence("has no tags"))
    return Verdict(False, sentence("none of its tags is subscribed"))


def group_text(group: TagGroup) -> str:
    """Write a group as it is typed: `#a+#b`."""
    return "+".join(f"#{tag}" for tag in group)


def _first_match(tags: Collection[str], groups: tuple[TagGroup, ...]) -> TagGroup | None:
    return next((group for group in groups if all(tag in tags for tag in group)), None)
