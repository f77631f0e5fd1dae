"""Addresses in a note: URLs, arXiv ids, wiki links, and the name a reader would give an address."""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote, urlsplit

from bot.notes.lines import trim

# An address ends at a blank, a bracket that it did not open, a comma, a quotation mark, or a Korean or Chinese letter
# (a particle follows without a blank). Possessive, so that no text makes the pattern go back over what it has read.
_LETTERS = r"\u1100-\u11ff\u3000-\u33ff\u3400-\u9fff\ua960-\ua97f\uac00-\ud7ff\uff00-\uffef"
_STOP = rf"\s()\[\],<>\"`|\u200b\u2060\ufeff“”‘’{_LETTERS}"
_URL = re.compile(
    rf"(?:https?://|(?<![\w./:@-])(?:www\.)?arxiv\.org/(?:abs|pdf)/)(?:[^{_STOP}]++|\([^{_STOP}]*+\))++", re.IGNORECASE
)
_TRAILING = ".:;!?*'…"
_ARXIV_PAGE = re.compile(
    r"(?:https?://)?(?:"
    r"(?:[a-z]+\.)?arxiv\.org/(?:abs|pdf|html|ps|format)"
    r"|(?:www\.)?ar5iv(?:\.labs\.arxiv)?\.org/(?:abs|html|pdf)"
    r"|(?:www\.)?alphaxiv\.org/(?:abs|overview|pdf)"
    r"|(?:www\.)?(?:huggingface|hf)\.co/papers"
    r"|(?:dx\.)?doi\.org/10\.48550"
    r")/([^?#]+)",
    re.IGNORECASE,
)
_ARXIV_WORD = re.compile(r"(?<![\w./])arxiv(?::\s?|\s)(\d{4}\.\d{4,5})(?:v\d+)?(?![\d.]*\d)", re.IGNORECASE)
_NEW_ID = re.compile(r"(?:arxiv\.)?(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?(?:\.pdf)?/?", re.IGNORECASE)
_OLD_ID = re.compile(r"([a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?/?", re.IGNORECASE)
_BARE_ID_ROW = re.compile(r"\|\s*(?:\S.*?\s-\s)?(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d+)?")
_WIKI = re.compile(r"(?<!!)\[\[([^\[\]\n]{1,500})\]\]")


def find_urls(text: str) -> tuple[str, ...]:
    """Return the addresses in a text, in order, once each; one without a scheme (`arxiv.org/abs/…`) gets `https://`."""
    found = (with_scheme(match[0].rstrip(_TRAILING)) for match in _URL.finditer(text))
    return unique(url for url in found if len(url) > len("https://"))


def with_scheme(url: str) -> str:
    """Return an address that a browser opens."""
    return url if "://" in url else f"https://{url}"


def leading_urls(bare: str) -> tuple[tuple[str, ...], str]:
    """Return the addresses a line begins with, and the text behind them."""
    urls: list[str] = []
    position = 0
    while match := _URL.match(bare, position):
        urls.append(with_scheme(match[0].rstrip(_TRAILING)))
        position = match.end()
        while position < len(bare) and (bare[position].isspace() or bare[position] in ",\u200b\ufeff"):
            position += 1
    return tuple(urls), bare[position:]


def read_address_line(bare: str) -> tuple[str, ...]:
    """Return the addresses of a line that holds nothing else (a Markdown link counts); () for any other line."""
    urls, rest = leading_urls(bare.strip("<>"))
    if urls and not rest:
        return unique(urls)
    label = read_labelled_link(bare)
    return (label[1],) if label else ()


def read_labelled_link(bare: str) -> tuple[str, str] | None:
    """Return label and address of a line that is one Markdown link, `[label](address)`; else None.

    A label that is the same address, before some tracker got hold of it, is the address meant.
    """
    middle = bare.rfind("](")
    if middle < 0 or not (bare.startswith("[") and bare.endswith(")")):
        return None
    label, target = trim(bare[1:middle]), trim(bare[middle + 2 : -1]).strip("<>")
    urls, rest = leading_urls(target)
    if len(urls) != 1 or rest or "](" in label:
        return None
    inner, behind = leading_urls(label)
    return (label, inner[0]) if len(inner) == 1 and not behind and _wraps(urls[0], inner[0]) else (label, urls[0])


def _wraps(target: str, url: str) -> bool:
    return target.startswith(f"{url}?fbclid=") or quote(url, safe="") in target


def drop_wrapped(urls: Iterable[str]) -> tuple[str, ...]:
    """Drop the addresses that only lead, through a tracker, to one that stands right before them."""
    kept: list[str] = []
    for url in urls:
        if not (kept and _wraps(url, kept[-1])):
            kept.append(url)
    return unique(kept)


def arxiv_id(url: str) -> str | None:
    """Return the id, without version, that an address of arXiv or of a mirror holds, or None."""
    page = _ARXIV_PAGE.match(url)
    found = page and (_NEW_ID.fullmatch(page[1]) or _OLD_ID.fullmatch(page[1]))
    return found[1] if found else None


def malformed_arxiv_id(url: str) -> str | None:
    """Return what stands where an arXiv address should hold its id but is none, or None."""
    page = _ARXIV_PAGE.match(url)
    return page[1] if page and arxiv_id(url) is None and page[1][:1].isdigit() else None


def arxiv_ids(text: str) -> tuple[str, ...]:
    """Return the arXiv ids of a text, by address or as `arXiv:2402.03300`, in order, once each."""
    spans = [(match.start(), arxiv_id(match[0].rstrip(_TRAILING))) for match in _URL.finditer(text)]
    spans += [(match.start(), match[1]) for match in _ARXIV_WORD.finditer(text)]
    return unique(found for _, found in sorted(spans, key=lambda span: span[0]) if found)


def read_id_row(bare: str) -> str | None:
    """Return the id of an artefact line such as `| 2005.05859`, which repeats the note's own id; else None."""
    found = _BARE_ID_ROW.fullmatch(bare) if bare.startswith("|") else None
    return found[1] if found else None


def wiki_targets(text: str) -> tuple[str, ...]:
    """Return the notes that wiki links point to: no alias, no heading, no embedded file."""
    names = (trim(match[1].split("|")[0].split("#")[0]) for match in _WIKI.finditer(text))
    return unique(name for name in names if name)


def only_wiki_links(bare: str) -> bool:
    """Tell whether a line holds wiki links and nothing else but list marks."""
    return "[[" in bare and not trim(_WIKI.sub("", bare)).strip("-*+, ")


def name_of(url: str) -> str:
    """Name an address as a reader would: repository or data set, paper, account, file, or else the host."""
    if found := arxiv_id(url):
        return f"arXiv:{found}"
    parts = _split(url)
    host = parts[0].removeprefix("www.")
    steps = parts[1]
    if host in {"github.com", "gitlab.com"} and len(steps) >= 2:
        return steps[1].removesuffix(".git")
    if host in {"huggingface.co", "hf.co"} and len(steps) >= 2 and steps[0] != "blog":
        return steps[1:3][-1] if steps[0] in {"datasets", "spaces"} else steps[1]
    if host in {"twitter.com", "x.com", "mobile.twitter.com"} and steps:
        return f"@{steps[0]}"
    if steps and re.fullmatch(r".{1,80}\.(?:pdf|html?|md|ipynb)", steps[-1], re.IGNORECASE):
        return steps[-1].rsplit(".", 1)[0]
    return host or url


def _split(url: str) -> tuple[str, list[str]]:
    try:
        parts = urlsplit(url)
        return parts.hostname or "", [unquote(step) for step in parts.path.split("/") if step]
    except ValueError:
        # Something like `https://[`: an address only in the eye of its writer.
        return "", []


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of equal items, in order."""
    return tuple(dict.fromkeys(items))
