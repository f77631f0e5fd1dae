"""Fill the recorded payload shapes with what somebody does."""

import copy
import hashlib
import hmac
import json
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Json, ResponseUrl, Team

SIGNING_SECRET = "shhh"
_FOLDER = Path(__file__).parents[2] / "data" / "slack"


def recorded(name: str) -> Json:
    """Return a recorded payload of this name, to be filled in."""
    return copy.deepcopy(_recorded(name))


@lru_cache
def _recorded(name: str) -> Json:
    payload: Json = json.loads((_FOLDER / f"{name}.json").read_text("utf-8"))
    return payload


class Payloads:
    """Build payloads of one person in one channel of one workspace."""

    def __init__(self, slack: FakeSlack, team: Team, channel: str = "C1", user: str = "U1") -> None:
        self._slack = slack
        self._team = team
        self.channel = channel
        self.user = user

    def slash(self, command: str, text: str) -> Json:
        """Type a slash command."""
        name = self._team.people[self.user].name if self.user in self._team.people else self.user
        payload = recorded("slash_command") | {
            "command": command,
            "text": text,
            "team_id": self._team.id,
            "channel_id": self.channel,
            "user_id": self.user,
            "user_name": name,
            "response_url": self.response_url(),
            "trigger_id": self.trigger(),
        }
        return payload | ({"enterprise_id": self._team.enterprise} if self._team.enterprise else {})

    def mention(self, text: str, *, thread: str | None = None, **event: object) -> Json:
        """Mention the bot in a message."""
        return self._message("app_mention", f"<@{self._team.bot_user}> {text}", thread, event)

    def direct(self, text: str, **event: object) -> Json:
        """Write the bot a direct message."""
        return self._message("direct_message", text, None, event)

    def event(self, kind: str, **event: object) -> Json:
        """Let something happen in the workspace."""
        payload = self._for_team(recorded("event"))
        payload["event_id"] = f"Ev{self._slack.number()}"
        payload["event"] |= {"type": kind, **event}
        return payload

    def press(self, value: str, *, action_id: str = "paperboy.reply.0", **container: object) -> Json:
        """Press a button below a message."""
        payload = self._interactive("block_actions")
        payload["actions"][0] |= {"value": value, "action_id": action_id}
        payload["container"] |= {"channel_id": self.channel, **container}
        self._said(payload["container"].get("thread_ts"))
        return payload

    def press_in_view(self, value: str, *, action_id: str, block_id: str, view: Json) -> Json:
        """Press a button in a modal or on the Home tab, where there is no message and no response URL."""
        payload = self._interactive("block_actions")
        for name in ("channel", "message", "response_url"):
            del payload[name]
        payload["container"] = {"type": "view", "view_id": view["id"]}
        payload["view"] = view
        payload["actions"][0] |= {"value": value, "action_id": action_id, "block_id": block_id}
        return payload

    def shortcut(self, text: str) -> Json:
        """Choose “Find the note” on a message."""
        payload = self._interactive("message_action")
        payload["message"]["text"] = text
        return payload

    def suggest(self, typed: str, *, action_id: str) -> Json:
        """Type in a select that asks for suggestions."""
        payload = self._interactive("block_suggestion")
        return payload | {"value": typed, "action_id": action_id}

    def submit(self, view: Json, values: Json) -> Json:
        """Submit a modal."""
        payload = self._interactive("view_submission")
        payload["view"] |= {
            key: view[key] for key in ("id", "callback_id", "private_metadata", "blocks") if key in view
        }
        payload["view"] |= {"state": {"values": values}, "app_installed_team_id": self._team.id}
        return payload

    def response_url(self) -> str:
        """Issue an address to answer at."""
        identifier = str(self._slack.number())
        self._slack.response_urls[identifier] = ResponseUrl(
            self._team, self.channel, self.user, issued_at=self._slack.now()
        )
        return f"http://127.0.0.1:{self._slack.port}/response/{identifier}"

    def trigger(self) -> str:
        """Issue a trigger that opens one modal within three seconds."""
        trigger = f"{self._slack.number()}.trigger"
        self._slack.triggers[trigger] = self._slack.now()
        return trigger

    def _message(self, name: str, text: str, thread: str | None, event: dict[str, object]) -> Json:
        payload = self._for_team(recorded(name))
        number = self._slack.number()
        ts = f"{self._slack.now():.0f}.{number:06}"
        payload["event_id"] = f"Ev{number}"
        payload["event"] |= {"text": text, "ts": ts, "event_ts": ts, "channel": self.channel, "user": self.user}
        if thread is not None:
            payload["event"]["thread_ts"] = thread
        payload["event"] |= event
        self._said(ts, thread)
        return payload

    def _said(self, *messages: object) -> None:
        room = self._team.rooms.get(self.channel)
        if room is not None:
            room.said |= {str(ts) for ts in messages if ts}

    def _interactive(self, name: str) -> Json:
        payload = recorded(name)
        payload["team"]["id"] = self._team.id
        if self._team.enterprise:
            payload["enterprise"] = {"id": self._team.enterprise, "name": "Org"}
        payload["user"] |= {"id": self.user, "team_id": self._team.id}
        payload["trigger_id"] = self.trigger()
        if "response_url" in payload:
            payload["response_url"] = self.response_url()
        if "channel" in payload:
            payload["channel"]["id"] = self.channel
        return payload

    def _for_team(self, payload: Json) -> Json:
        payload["team_id"] = self._team.id
        payload["authorizations"][0] |= {"team_id": self._team.id, "enterprise_id": self._team.enterprise}
        return payload


def as_http(payload: Json, timestamp: float, secret: str = SIGNING_SECRET) -> tuple[bytes, dict[str, str]]:
    """Return the body and the signed headers of a payload's HTTP request."""
    if payload.get("type") == "event_callback" or payload.get("type") == "url_verification":
        body, content_type = json.dumps(payload), "application/json"
    elif "command" in payload:
        body, content_type = urlencode(payload), "application/x-www-form-urlencoded"
    else:
        body, content_type = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
    signed = hmac.new(secret.encode(), f"v0:{timestamp:.0f}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": content_type,
        "X-Slack-Request-Timestamp": f"{timestamp:.0f}",
        "X-Slack-Signature": f"v0={signed}",
    }
    return body.encode(), headers
