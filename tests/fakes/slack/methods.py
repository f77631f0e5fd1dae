"""The Web API methods the bot uses, as strict as the real ones: tokens, scopes, arguments, limits, membership."""

from collections.abc import Callable
from typing import Any

from tests.fakes.slack.limits import message_violations, view_violations
from tests.fakes.slack.state import Json, Message, Room, State, Team

# method → (scope, required arguments)
METHODS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "auth.test": (None, ()),
    "chat.postMessage": ("chat:write", ("channel",)),
    "chat.postEphemeral": ("chat:write", ("channel", "user")),
    "chat.update": ("chat:write", ("channel", "ts")),
    "chat.delete": ("chat:write", ("channel", "ts")),
    "chat.unfurl": ("links:write", ("unfurls",)),
    "conversations.history": ("channels:history", ("channel",)),
    "conversations.replies": ("channels:history", ("channel", "ts")),
    "conversations.info": ("channels:read", ("channel",)),
    "conversations.join": ("channels:join", ("channel",)),
    "conversations.open": ("im:write", ("users",)),
    "users.info": ("users:read", ("user",)),
    "users.conversations": ("channels:read", ()),
    "views.open": (None, ("trigger_id", "view")),
    "views.update": (None, ("view",)),
    "views.publish": (None, ("user_id", "view")),
}
HISTORY_PAGE = 200


class RefusedError(Exception):
    """Slack answers `ok: false` with this code."""


class Methods:
    """Answer Web API calls of one workspace after another."""

    def __init__(self, state: State, now: Callable[[], float]) -> None:
        self._state = state
        self._now = now

    def answer(self, method: str, token: str | None, arguments: Json) -> Json:
        """Answer one call; raises RefusedError."""
        if method == "oauth.v2.access":
            return self._oauth(arguments)
        team = self._team(token)
        if method not in METHODS:
            self._state.violations.append(f"{method} is not a method")
            raise RefusedError("unknown_method")
        scope, required = METHODS[method]
        if scope is not None and scope not in team.scopes:
            raise RefusedError("missing_scope")
        for name in required:
            if arguments.get(name) in (None, ""):
                self._state.violations.append(f"{method} without {name}")
                raise RefusedError("invalid_arguments")
        handler: Callable[[Team, Json], Json] = getattr(self, "_" + method.replace(".", "_").lower())
        return handler(team, arguments)

    def _team(self, token: str | None) -> Team:
        if not token:
            raise RefusedError("not_authed")
        team = self._state.team_of(token)
        if team is None:
            raise RefusedError("invalid_auth")
        if team.revoked:
            raise RefusedError("token_revoked")
        return team

    def _auth_test(self, team: Team, arguments: Json) -> Json:
        return {
            "url": "https://lab.slack.example/",
            "team": "Lab",
            "team_id": team.id,
            "enterprise_id": team.enterprise,
            "user": "paperboy",
            "user_id": team.bot_user,
            "bot_id": team.bot_id,
        }

    def _chat_postmessage(self, team: Team, arguments: Json) -> Json:
        self._check_message("chat.postMessage", arguments)
        if arguments.get("unfurl_links") is not False or arguments.get("unfurl_media") is not False:
            self._state.violations.append("chat.postMessage may unfurl its own links")
        room = self._open_room(team, arguments["channel"])
        message = self._store(room, team, arguments)
        if not room.knows(message.thread_ts):
            # An answer to a deleted message isn't refused: everybody in the channel sees it.
            message.thread_ts = None
        return {"channel": room.id, "ts": message.ts, "message": _as_json(message, team, with_metadata=True)}

    def _chat_postephemeral(self, team: Team, arguments: Json) -> Json:
        self._check_message("chat.postEphemeral", arguments)
        room = self._open_room(team, arguments["channel"])
        if arguments["user"] not in room.members:
            raise RefusedError("user_not_in_channel")
        message = self._store(room, team, arguments, seen_by=arguments["user"])
        return {"message_ts": message.ts}

    def _chat_update(self, team: Team, arguments: Json) -> Json:
        self._check_message("chat.update", arguments)
        room = self._open_room(team, arguments["channel"])
        for message in room.messages:
            if message.ts == arguments["ts"] and message.seen_by is None:
                message.text, message.blocks = arguments["text"], arguments.get("blocks") or []
                return {"channel": room.id, "ts": message.ts}
        raise RefusedError("message_not_found")

    def _chat_delete(self, team: Team, arguments: Json) -> Json:
        room = self._open_room(team, arguments["channel"])
        if not any(one.ts == arguments["ts"] and one.user == team.bot_user for one in room.messages):
            raise RefusedError("message_not_found")
        room.delete(arguments["ts"])
        return {"channel": room.id, "ts": arguments["ts"]}

    def _chat_unfurl(self, team: Team, arguments: Json) -> Json:
        if not {"channel", "ts"} <= arguments.keys() and not {"unfurl_id", "source"} <= arguments.keys():
            self._state.violations.append("chat.unfurl without channel and ts")
            raise RefusedError("cannot_unfurl_url")
        for content in arguments["unfurls"].values():
            for violation in message_violations("unfurl", content.get("blocks")):
                self._state.violations.append(f"chat.unfurl: {violation}")
        self._state.unfurls.append(arguments)
        return {}

    def _conversations_history(self, team: Team, arguments: Json) -> Json:
        room = self._open_room(team, arguments["channel"], writing=False)
        shown = [one for one in reversed(room.messages) if one.thread_ts is None and one.seen_by is None]
        return self._page(shown, team, arguments)

    def _conversations_replies(self, team: Team, arguments: Json) -> Json:
        room = self._open_room(team, arguments["channel"], writing=False)
        thread = [one for one in room.messages if arguments["ts"] in (one.ts, one.thread_ts) and one.seen_by is None]
        if not room.knows(arguments["ts"]):
            raise RefusedError("thread_not_found")
        return self._page(thread, team, arguments)

    def _page(self, found: list[Message], team: Team, arguments: Json) -> Json:
        oldest, latest = float(arguments.get("oldest", 0)), float(arguments.get("latest", 1e12))
        wanted = [message for message in found if oldest < float(message.ts) < latest]
        first = int(arguments.get("cursor") or 0)
        size = min(int(arguments.get("limit", 100)), HISTORY_PAGE)
        with_metadata = str(arguments.get("include_all_metadata", "")).casefold() in ("1", "true")
        page = [_as_json(message, team, with_metadata) for message in wanted[first : first + size]]
        more = first + size < len(wanted)
        return {
            "messages": page,
            "has_more": more,
            "response_metadata": {"next_cursor": str(first + size) if more else ""},
        }

    def _conversations_info(self, team: Team, arguments: Json) -> Json:
        room = self._room(team, arguments["channel"])
        if room.private and not room.bot_is_in:
            raise RefusedError("channel_not_found")
        return {"channel": _room_as_json(room)}

    def _conversations_join(self, team: Team, arguments: Json) -> Json:
        room = self._room(team, arguments["channel"])
        if room.private:
            raise RefusedError("channel_not_found")
        if room.archived:
            raise RefusedError("is_archived")
        room.bot_is_in = True
        return {"channel": _room_as_json(room)}

    def _conversations_open(self, team: Team, arguments: Json) -> Json:
        direct = f"D{arguments['users'][1:]}"
        team.rooms.setdefault(direct, Room(direct, name="directmessage", members={arguments["users"]}))
        return {"channel": {"id": direct}}

    def _users_info(self, team: Team, arguments: Json) -> Json:
        person = team.people.get(arguments["user"])
        if person is None:
            raise RefusedError("user_not_found")
        shown: Json = {"id": person.id, "name": person.name, "is_admin": person.admin, "is_owner": False}
        if str(arguments.get("include_locale", "")).casefold() in ("1", "true"):
            shown["locale"] = person.locale
        return {"user": shown | {"profile": {"display_name": person.name, "real_name": person.name.title()}}}

    def _users_conversations(self, team: Team, arguments: Json) -> Json:
        user = arguments.get("user")
        rooms = [room for room in team.rooms.values() if room.bot_is_in and user in room.members and not room.deleted]
        first = int(arguments.get("cursor") or 0)
        size = int(arguments.get("limit", 100))
        cursor = str(first + size) if first + size < len(rooms) else ""
        shown = [_room_as_json(room) for room in rooms[first : first + size]]
        return {"channels": shown, "response_metadata": {"next_cursor": cursor}}

    def _views_open(self, team: Team, arguments: Json) -> Json:
        issued_at = self._state.triggers.pop(arguments["trigger_id"], None)
        if issued_at is None:
            raise RefusedError("exchanged_trigger_id")
        if self._now() - issued_at > 3:
            raise RefusedError("expired_trigger_id")
        return self._keep_view(f"V{self._state.number()}", arguments["view"])

    def _views_update(self, team: Team, arguments: Json) -> Json:
        if arguments.get("view_id") not in self._state.views:
            raise RefusedError("not_found")
        return self._keep_view(arguments["view_id"], arguments["view"])

    def _views_publish(self, team: Team, arguments: Json) -> Json:
        view = self._keep_view(f"V{self._state.number()}", arguments["view"])["view"]
        team.homes[arguments["user_id"]] = view
        return {"view": view}

    def _keep_view(self, view_id: str, view: Json) -> Json:
        violations = list(view_violations(view))
        if violations:
            self._state.violations += violations
            raise RefusedError("invalid_arguments")
        kept = {**view, "id": view_id, "hash": str(self._state.number())}
        self._state.views[view_id] = kept
        return {"view": kept}

    def _oauth(self, arguments: Json) -> Json:
        if not {"code", "client_id", "client_secret"} <= arguments.keys():
            raise RefusedError("invalid_client_id")
        if arguments["code"] not in self._state.installable:
            raise RefusedError("invalid_code")
        return self._state.installable.pop(arguments["code"])

    def _check_message(self, method: str, arguments: Json) -> None:
        violations = list(message_violations(arguments.get("text"), arguments.get("blocks")))
        if violations:
            self._state.violations += [f"{method}: {violation}" for violation in violations]
            raise RefusedError("invalid_blocks")

    def _room(self, team: Team, channel: str) -> Room:
        room = team.rooms.get(channel)
        if room is None or room.deleted:
            raise RefusedError("channel_not_found")
        return room

    def _open_room(self, team: Team, channel: str, *, writing: bool = True) -> Room:
        room = self._room(team, channel)
        if not room.bot_is_in:
            raise RefusedError("channel_not_found" if room.private else "not_in_channel")
        if writing and room.archived:
            raise RefusedError("is_archived")
        return room

    def _store(self, room: Room, team: Team, arguments: Json, seen_by: str | None = None) -> Message:
        message = Message(
            ts=f"{self._now():.0f}.{self._state.number():06}",
            text=arguments["text"],
            blocks=arguments.get("blocks") or [],
            user=team.bot_user,
            thread_ts=arguments.get("thread_ts"),
            metadata=arguments.get("metadata"),
            seen_by=seen_by,
        )
        room.messages.append(message)
        return message


def _as_json(message: Message, team: Team, with_metadata: bool) -> Json:
    shown: Json = {"type": "message", "ts": message.ts, "text": message.text, "user": message.user}
    if message.user == team.bot_user:
        shown["bot_id"] = team.bot_id
    if message.thread_ts:
        shown["thread_ts"] = message.thread_ts
    if message.metadata and with_metadata:
        shown["metadata"] = message.metadata
    return shown


def _room_as_json(room: Room) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": room.name,
        "is_member": room.bot_is_in,
        "is_private": room.private,
        "is_archived": room.archived,
        "is_im": room.id.startswith("D"),
    }
