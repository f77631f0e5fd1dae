"""What a digest's heading was made of when it was posted, so that a correction redraws it by the rule of that time."""

import json
from dataclasses import dataclass, replace

from bot.digest.compose import Digest
from bot.digest.options import rule_text, with_clauses
from bot.digest.rules import read_rule
from bot.model import Channel


@dataclass(frozen=True, slots=True)
class Frame:
    """A channel's rule with its clauses as typed, the number of that date's entries, and which of the digest came late.

    `late` holds entry ids.
    """

    rule: str
    of_the_day: int
    late: tuple[str, ...] = ()


def frame_of(channel: Channel, digest: Digest) -> Frame:
    """Keep what a digest's heading says of its channel and its date."""
    late = tuple(one.filed.id for one in digest.chosen if one.late)
    return Frame(rule_text(channel), digest.of_the_day, late)


def as_framed(channel: Channel, digest: Digest, frame: Frame) -> tuple[Channel, Digest]:
    """Return a channel and a digest as they were then; the entries themselves are as they are now."""
    rule = read_rule(frame.rule)
    then = with_clauses(replace(channel, subscription=rule.subscription), rule)
    chosen = tuple(replace(one, late=one.filed.id in frame.late) for one in digest.chosen)
    return then, replace(digest, chosen=chosen, counted=frame.of_the_day)


def frame_text(frame: Frame) -> str:
    """Write a frame as text."""
    return json.dumps([frame.rule, frame.of_the_day, *frame.late], ensure_ascii=False)


def read_frame(text: str | None) -> Frame | None:
    """Read a frame; None where a digest is older than frames are."""
    if text is None:
        return None
    rule, of_the_day, *late = json.loads(text)
    return Frame(rule, of_the_day, tuple(late))
