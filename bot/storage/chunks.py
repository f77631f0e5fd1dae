"""Ask for many keys in portions: one statement takes no more than some thousand values."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_AT_ONCE = 500
_Value = TypeVar("_Value")


def portions(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    """Yield the values in lists that one statement can take."""
    left = iter(values)
    while portion := list(islice(left, _AT_ONCE)):
        yield portion
