"""Explain the commands, each with an example that can be typed as it is."""

from bot.message import Block, BlockRole, Card, Reply
from bot.richtext import Code, Spans, Text
from bot.words import Words


def help_reply(verb: str | None, words: Words) -> Reply:
    """Explain one verb, or all of them where it is None or unknown."""
    topics = _topics(words)
    chosen = {verb: topics[verb]} if verb in topics else topics
    title = words.gettext("What you can ask")
    blocks = tuple(Block(BlockRole.ITEM, _line(example, said)) for lines in chosen.values() for example, said in lines)
    text = "\n".join(f"{example} — {said}" for lines in chosen.values() for example, said in lines)
    return Reply(text, cards=(Card(title, blocks=blocks),))


def _topics(words: Words) -> dict[str | None, tuple[tuple[str, str], ...]]:
    """Return (example, what it does) by verb, in the order a newcomer needs them."""
    return {
        "paper": (
            ("/paper megalodon", words.gettext("finds a note by title, also with a typo or in Hangul")),
            ("/paper 상태 추적", words.gettext("finds it by words of the note")),
            ("/paper 2304.08109", words.gettext("finds it by arXiv id or address")),
            ("/paper author:merrill #llm from:2024-01", words.gettext("narrows by author, tag and date")),
            ("/paper ! megalodon", words.gettext("answers so that everybody in the channel sees it")),
        ),
        "show": (
            ("/digest", words.gettext("shows today's notes")),
            ("/digest 2024-04-17 #llm", words.gettext("shows a date's notes, here those with a tag")),
            ("/digest 2023년 4월 4주차", words.gettext("shows the notes of a week")),
        ),
        "tags": (("/digest tags vision", words.gettext("lists the tags, here those with “vision” in them")),),
        "subscribe": (
            ("/digest subscribe #llm -#survey", words.gettext("posts each day's notes here, those with a tag")),
            ("/digest subscribe all at 09:00 tz Asia/Seoul on mon-fri", words.gettext("says when as well")),
        ),
        "unsubscribe": (("/digest unsubscribe #llm", words.gettext("takes a tag out again; `all` everything")),),
        "list": (("/digest list", words.gettext("says what this channel gets and when")),),
        "settings": (("/digest settings", words.gettext("shows every setting of this channel")),),
        "set": (
            ("/digest set style full lang both", words.gettext("changes how the digest looks")),
            ("/digest set empty post onthisday on", words.gettext("says what to post on a day without notes")),
        ),
        "pause": (("/digest pause until 2026-12-01", words.gettext("stops the digest for a while")),),
        "resume": (("/digest resume", words.gettext("goes on after a pause")),),
        "catchup": (("/digest catchup from 2026-08-03", words.gettext("posts the digests of earlier days")),),
        "status": (("/digest status", words.gettext("says what came last, what comes next, and what is wrong")),),
        "why": (("/digest why 2024-04-17", words.gettext("says for each note why it was posted or not")),),
        "log": (("/digest log", words.gettext("shows the last posts and changes")),),
        "undo": (("/digest undo", words.gettext("takes the last change back")),),
        "retry": (("/digest retry", words.gettext("tries again what the platform refused")),),
    }


def _line(example: str, said: str) -> Spans:
    return (Code(example), Text(f" — {said}"))
