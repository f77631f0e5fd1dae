"""What can go wrong between the bot and Slack, before or after Slack has stored the message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Status:
    """Answer with an HTTP status and a page no client can read."""

    code: int


@dataclass(frozen=True)
class Refusal:
    """Answer `ok: false` with an error code."""

    error: str


@dataclass(frozen=True)
class TooMany:
    """Answer 429 with Retry-After, in seconds."""

    retry_after: int


@dataclass(frozen=True)
class Reset:
    """Break the connection without an answer."""


@dataclass(frozen=True)
class CutBody:
    """Break the connection in the middle of the answer."""


@dataclass(frozen=True)
class Slow:
    """Answer after a while, in seconds."""

    seconds: float


Trouble = Status | Refusal | TooMany | Reset | CutBody | Slow


@dataclass
class Fault:
    """A trouble for `times` calls of a method after `skip` good ones; `after` means once the message is stored."""

    method: str
    trouble: Trouble
    after: bool = False
    times: int = 1
    skip: int = 0


def take(faults: list[Fault], method: str, *, after: bool) -> Trouble | None:
    """Use up one fault that is meant for this moment of this method."""
    for fault in faults:
        if fault.method == method and fault.after is after and fault.times > 0:
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            return fault.trouble
    return None
