"""Read a query as typed: filters apart from the words to look for. Pure text in, a plain value out."""

from dataclasses import dataclass, field
from datetime import date

from bot.search.found import Filters


@dataclass(frozen=True, slots=True)
class Query:
    """A query in parts: the words to look for and what entries must fulfil."""

    words: str
    filters: Filters = field(default_factory=Filters)


def read_query(text: str, today: date) -> Query:
    """Part the filters of a query from its words. Raises UsageError for an impossible date in a filter."""
    from bot.tags import fold_tag

    words = text.split()
    tags = tuple(fold_tag(word) for word in words if word.startswith(("#", "＃")))
    return Query(" ".join(word for word in words if not word.startswith(("#", "＃"))), Filters(tags=tags))
