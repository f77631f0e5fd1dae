"""The JSON that the command line prints: what scripts rely on, apart from how the domain's classes look inside."""

from collections.abc import Iterable, Mapping
from datetime import date

from bot.actions import encode
from bot.message import Action, Card, Reply
from bot.model import Entry, FiledEntry, Note
from bot.notes.problems import Problem
from bot.richtext import plain
from bot.search.found import Found, Match

Document = Mapping[str, object]


def reply_document(reply: Reply) -> Document:
    """Describe a reply: text, visibility, cards, actions; a thread only where there is one."""
    document: dict[str, object] = {
        "text": reply.text,
        "visibility": reply.visibility.value,
        "cards": [_card(card) for card in reply.cards],
        "actions": [_action(action) for action in reply.actions],
    }
    if reply.thread:
        document["thread"] = [reply_document(part) for part in reply.thread]
    return document


def found_document(found: Found, took_ms: float) -> Document:
    """Describe a search: below the confidence bar `matches` is empty and `closest` holds up to three."""
    document: dict[str, object] = {
        "query": found.query,
        "confident": found.confident,
        "took_ms": round(took_ms, 3),
        "matches": [_match(match) for match in found.matches] if found.confident else [],
        "closest": [] if found.confident else [_match(match) for match in found.closest],
    }
    if found.read_as:
        document["read_as"] = found.read_as
    return document


def entry_document(filed: FiledEntry) -> Document:
    """Describe one filed entry whole."""
    return {
        "id": filed.id,
        "source": filed.source,
        "copies": list(filed.copies),
        "kind": filed.date.kind.value,
        "start": _iso(filed.date.start),
        "end": _iso(filed.date.end),
        **_entry(filed.entry),
    }


def note_document(note: Note) -> Document:
    """Describe one parsed note with its entries in order."""
    return {
        "path": note.path,
        "kind": note.date.kind.value,
        "start": _iso(note.date.start),
        "end": _iso(note.date.end),
        "entries": [_entry(entry) for entry in note.entries],
    }


def problem_documents(problems: Iterable[Problem]) -> list[Document]:
    """Describe problems by path, line and reason, in English: the words of a script don't follow a locale."""
    return [{"path": each.path, "line": each.line, "reason": str(each.reason)} for each in problems]


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "title": entry.title,
        "aliases": list(entry.aliases),
        "authors": list(entry.authors),
        "abstract": entry.abstract,
        "commentary": {"ko": list(entry.commentary.ko), "en": list(entry.commentary.en)},
        "links": list(entry.links),
        "arxiv_ids": list(entry.arxiv_ids),
        "mentioned_arxiv_ids": list(entry.mentioned_arxiv_ids),
        "tags": list(entry.tags),
        "relations": list(entry.relations),
        "lines": list(entry.lines),
    }


def _match(match: Match) -> Document:
    filed = match.entry
    return {
        "id": filed.id,
        "title": filed.entry.title,
        "date": _iso(filed.date.start),
        "source": filed.source,
        "tags": list(filed.entry.tags),
        "arxiv_ids": list(filed.entry.arxiv_ids),
        "score": round(match.score, 4),
        "confidence": round(match.confidence, 4),
    }


def _card(card: Card) -> Document:
    return {
        "title": card.title,
        "url": card.url,
        "number": card.number,
        "caption": plain(card.caption),
        "blocks": [{"role": block.role.value, "text": plain(block.spans)} for block in card.blocks],
        "actions": [_action(action) for action in card.actions],
    }


def _action(action: Action) -> Document:
    return {"label": action.label, "code": encode(action.command)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
