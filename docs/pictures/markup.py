"""Turn the markup of messages, as far as the adapters write it, into HTML."""

import re
from collections.abc import Callable, Iterator

from markupsafe import Markup, escape

_SLACK = re.compile(r"\*(?P<bold>[^*\n]+)\*|<(?P<url>https?://[^|>]+)(?:\|(?P<label>[^>]+))?>")
_DISCORD = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\[(?P<label>(?:\\.|[^\]\\])+)\]\(<(?P<url>[^>]+)>\)|(?P<bare>https?://[^\s)]+)|\\(?P<plain>.)"
)
# Chat apps draw this with a picture of their own; few machines have a font for it.
_NEWSPAPER = Markup(
    '<svg class="emoji" viewBox="0 0 20 20"><rect x="1" y="3" width="14" height="14" rx="1.5" fill="#f4f1ea" '
    'stroke="#8c8577"/><path d="M15 7h4v8a2 2 0 0 1-4 0z" fill="#d8d2c4" stroke="#8c8577"/>'
    '<path d="M3.500 6h9v3h-9zm0 5h4v4h-4zm5.500 0h3.500v1h-3.500zm0 3h3.500v1h-3.500z" fill="#6d675c"/></svg>'
)


def from_slack(text: str) -> Markup:
    """Return mrkdwn as HTML; its text is escaped already, as Slack wants it."""
    return _lines(text, {"&gt; ": "blockquote", "> ": "blockquote"}, _slack_line)


def from_discord(text: str) -> Markup:
    """Return Discord's Markdown as HTML."""
    return _lines(text, {"> ": "blockquote", "-# ": "small"}, _discord_line)


def _lines(text: str, elements: dict[str, str], draw: Callable[[str], str]) -> Markup:
    return Markup("".join(_grouped(text.split("\n"), elements, draw))).replace("📰", _NEWSPAPER)


def _grouped(lines: list[str], elements: dict[str, str], draw: Callable[[str], str]) -> Iterator[str]:
    for line in lines:
        mark = next((mark for mark in elements if line.startswith(mark)), "")
        element = elements.get(mark, "p")
        yield f"<{element}>{draw(line.removeprefix(mark))}</{element}>" if line else "<div class=gap></div>"


def _slack_line(line: str) -> str:
    def drawn(found: re.Match[str]) -> str:
        if found["bold"]:
            return f"<b>{_slack_line(found['bold'])}</b>"
        return f'<a href="#">{found["label"] or found["url"]}</a>'

    return _SLACK.sub(drawn, line)


def _discord_line(line: str) -> str:
    parts, at = [], 0
    for found in _DISCORD.finditer(line):
        parts.append(str(escape(line[at : found.start()])))
        at = found.end()
        if found["bold"]:
            parts.append(f"<b>{_discord_line(found['bold'])}</b>")
        elif found["url"]:
            parts.append(f'<a href="#">{_discord_line(found["label"])}</a>')
        else:
            parts.append(f'<a href="#">{escape(found["bare"])}</a>' if found["bare"] else str(escape(found["plain"])))
    return "".join((*parts, str(escape(line[at:]))))
