"""What a search answers: matches in order, how sure they are, and how the query was read."""

from dataclasses import dataclass, field
from datetime import date

from bot.model import FiledEntry


@dataclass(frozen=True, slots=True)
class Filters:
    """What an entry must fulfil whatever its words are; days are inclusive, an undated entry is outside of any range.

    `tags` and `excluded_tags` are folded, `languages` are `ko` and `en`, each author is one name or part of one.
    """

    tags: tuple[str, ...] = ()
    excluded_tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that answers a query.

    `score` orders matches, higher first. `confidence` is the share of the query, 0 to 1, that the entry explains,
    where rare words weigh more than common ones.
    """

    entry: FiledEntry
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query.

    `matches` are best first and empty unless `confident`; `closest` holds up to three titles otherwise. `read_as` is
    the corrected query where a second reading answered, such as the other keyboard layout. `certain` says that the
    first match may be opened at once: its title, alias or id was typed exactly, or nearly so with no rival. `total`
    counts the entries that fulfil the filters, or those that answer the words among the few dozen likeliest ones.
    """

    query: str
    confident: bool
    matches: tuple[Match, ...] = ()
    closest: tuple[Match, ...] = ()
    filters: Filters = field(default_factory=Filters)
    read_as: str | None = None
    certain: bool = False
    total: int = 0
