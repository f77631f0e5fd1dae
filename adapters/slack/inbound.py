"""Read payloads: who asks, where, and what; what isn't for us is None."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.slack.mrkdwn import ink, plain_words
from adapters.slack.places import Place, ResponseUrl
from adapters.slack.workspaces import Workspace
from bot.commands import Command, FindLinked, Typed

# The body of a request, as Slack documents it for each kind.
Payload = Mapping[str, Any]

# What a person wrote; every other subtype is Slack telling of edits, joins and the like.
_WRITTEN = frozenset({None, "file_share", "thread_broadcast", "me_message"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """A question and its place. `keys` tell a repeated event from a new one."""

    place: Place
    command: Command
    public: bool = False
    keys: tuple[str, ...] = ()


def read_slash(body: Payload, workspace: Workspace, surface: str, now: datetime) -> Incoming:
    """Read a slash command; `surface` is `paper` or `digest`, whatever the command is called here."""
    place = Place(
        workspace,
        user=str(body["user_id"]),
        channel=str(body["channel_id"]),
        user_name=body.get("user_name"),
        response=_response(body, now),
    )
    return Incoming(place, Typed(surface, words(body.get("text"))), keys=(f"trigger:{body.get('trigger_id')}",))


def read_message(body: Payload, workspace: Workspace) -> Incoming | None:
    """Read a mention or a direct message; None for bots, edits, joins and channels where nobody asked."""
    event = body["event"]
    if event.get("subtype") not in _WRITTEN or event.get("bot_id") or event.get("edited") or not event.get("user"):
        return None
    if event["type"] == "message" and event.get("channel_type") != "im":
        return None
    bot = bot_user(body)
    if event["user"] == bot:
        return None
    channel, ts = str(event["channel"]), str(event["ts"])
    in_thread = "thread_ts" in event
    direct = channel.startswith("D")
    thread = str(event["thread_ts"]) if in_thread else None if direct else ts
    place = Place(workspace, str(event["user"]), channel, thread=thread, in_thread=in_thread)
    text = words(_without_mention(str(event.get("text") or ""), bot))
    keys = (f"event:{body.get('event_id')}", f"message:{workspace.key}/{channel}/{ts}")
    return Incoming(place, Typed("mention", text), public=True, keys=keys)


def read_shortcut(body: Payload, workspace: Workspace, now: datetime) -> Incoming:
    """Read “Find the note” on a message: its text with the addresses behind its links."""
    message = body.get("message") or {}
    text = plain_words(str(message.get("text") or ""))
    linked = " ".join(_attached(message))
    return Incoming(interactive_place(body, workspace, now), FindLinked(ink(f"{text} {linked}".strip())))


def interactive_place(body: Payload, workspace: Workspace, now: datetime) -> Place:
    """Return where a button was pressed, a shortcut chosen or a modal submitted."""
    container, message = body.get("container") or {}, body.get("message") or {}
    thread = container.get("thread_ts") or message.get("thread_ts")
    user = body["user"]
    return Place(
        workspace,
        user=str(user["id"]),
        channel=(body.get("channel") or {}).get("id") or container.get("channel_id"),
        user_name=user.get("username") or user.get("name"),
        thread=thread,
        in_thread=bool(thread),
        response=_response(body, now),
    )


def bot_user(body: Payload) -> str | None:
    """Return the bot's own user id in the workspace of an event."""
    authorizations = body.get("authorizations") or [{}]
    user = authorizations[0].get("user_id")
    return str(user) if user else None


def words(text: object) -> str:
    """Return what a person typed, without what no reader sees."""
    return ink(plain_words(str(text or ""))).strip()


def _response(body: Payload, now: datetime) -> ResponseUrl | None:
    url = body.get("response_url")
    return ResponseUrl(str(url), now) if url else None


def _without_mention(text: str, bot: str | None) -> str:
    mention = rf"<@{re.escape(bot)}(\|[^>]*)?>" if bot else r"<@[^>]*>"
    return re.sub(rf"\s*{mention}:?", " ", text, count=1)


def _attached(message: Payload) -> list[str]:
    """Return the addresses of a message's previews, for posts whose text holds none."""
    attached = message.get("attachments") or []
    found = [one.get(name) for one in attached for name in ("from_url", "original_url", "title_link")]
    return list(dict.fromkeys(str(url) for url in found if url))
