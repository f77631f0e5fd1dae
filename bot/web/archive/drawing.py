"""Draw pages from templates: everything escaped, in the reader's language, with an address for each language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.search.query import LONGEST_QUERY
from bot.web.archive.addresses import Addresses
from bot.web.archive.assets import Assets
from bot.web.archive.ink import ink, language_of
from bot.words import Words

# Each language in its own words, so that who reads it can find it.
LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType({"ko": "한국어", "en": "English"})
HTML = "text/html"
ATOM = "application/atom+xml"

# Where the page itself is, given the addresses of a language.
Place = Callable[[Addresses], str]


@dataclass(frozen=True, slots=True)
class Page:
    """What goes back to a browser: a body in UTF-8, or the address to go to instead."""

    body: bytes
    status: int = 200
    content_type: str = HTML
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks: the words of the reader, and addresses that keep a language chosen by address."""

    words: Words
    to: Addresses

    @property
    def plain(self) -> Addresses:
        """Return the addresses without a chosen language: the canonical ones."""
        return self.to.in_language(None)


class Templates:
    """The templates, compiled when they are first drawn; safe to use from several threads."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._environment = Environment(
            loader=PackageLoader("bot.web.archive"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_finalize,
            auto_reload=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["language"] = language_of

    def draw(self, name: str, visit: Visit, place: Place | None, *, status: int = 200, **values: object) -> Page:
        """Draw a page. `place` tells where it is; None for a page that has no address of its own, as a failure."""
        to, words = visit.to, visit.words
        defaults: dict[str, object] = {"here": None, "query": None}
        html = self._environment.get_template(name).render(
            {
                **defaults,
                **values,
                "_": words.gettext,
                "ngettext": words.ngettext,
                "words": words,
                "page_language": words.language,
                "to": to,
                "plain": visit.plain,
                "assets": self._assets,
                "canonical": place(visit.plain) if place else None,
                "languages": [(code, name, place(to.in_language(code))) for code, name in LANGUAGE_NAMES.items()]
                if place
                else [],
                "search_action": f"{to.prefix}/search",
                "longest_query": LONGEST_QUERY,
            }
        )
        return Page(html.encode("utf-8", "replace"), status)


def _finalize(value: object) -> object:
    return ink(value) if isinstance(value, str) and not isinstance(value, Markup) else value
