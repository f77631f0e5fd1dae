"""Read arXiv ids and links in a query, and fold links so that two spellings of one address are the same."""

import re

from bot.notes.links import arxiv_id, find_urls

_BARE_ID = re.compile(
    r"(?:arxiv\s*:?\s*)?(?:(\d{4}\.\d{4,5})|([a-z][a-z-]*(?:\.[a-z]{2})?/\d{7}))(?:v\d+)?", re.IGNORECASE
)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)+/\S+")


def fold_link(url: str) -> str:
    """Return an address without scheme, `www.`, fragment and final slash; the host's case does not count."""
    host, slash, path = _SCHEME.sub("", url).partition("#")[0].partition("/")
    return f"{host.casefold().removeprefix('www.')}{slash}{path}".rstrip("/")


def read_reference(text: str) -> tuple[str | None, str | None]:
    """Return the arXiv id and the folded link that a text is; None where it is no such thing."""
    written = text.strip().strip("<>()[]\"'“”‘’.,")
    if found := _BARE_ID.fullmatch(written):
        return (found[1] or found[2]), None
    if any(blank in written for blank in " \t\n"):
        return None, None
    urls = find_urls(written) or (find_urls(f"https://{written}") if _BARE_HOST.fullmatch(written) else ())
    if len(urls) != 1:
        return None, None
    return arxiv_id(urls[0]), fold_link(urls[0])
