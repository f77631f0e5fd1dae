"""Break on purpose: which requests fail, in which way, before or after Discord stored what they carry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class How(Enum):
    """The ways a request can go wrong."""

    STATUS = "status"  # an answer with that status
    RESET = "reset"  # the connection is torn, no answer at all
    CUT = "cut"  # an answer that ends in the middle of its body
    SILENCE = "silence"  # no answer and no end


@dataclass
class Fault:
    """One planned fault; `times` counts down, `hits` up. `stored` lets the request take effect first."""

    method: str
    path: str
    how: How = How.STATUS
    status: int = 500
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    stored: bool = False
    times: int = 1
    hits: int = 0

    def takes(self, method: str, path: str) -> bool:
        """Tell whether this fault falls on a request, and count it."""
        if self.times == 0 or method != self.method or not re.fullmatch(self.path, path):
            return False
        self.times -= 1
        self.hits += 1
        return True


def refusal(code: int, message: str = "refused") -> dict[str, object]:
    """Return the body of an error as Discord writes it."""
    return {"code": code, "message": message}
