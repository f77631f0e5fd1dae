"""The fake's REST routes for answers to interactions: the callback, follow-ups, the original message."""

import time
from typing import Any

from aiohttp import web

from tests.fakes.discord.answers import Refused, answer, malformed, unknown
from tests.fakes.discord.limits import choices_faults, message_faults, modal_faults
from tests.fakes.discord.rates import LEFT_AT
from tests.fakes.discord.world import BOT, Interaction, World

Body = dict[str, Any]

EPHEMERAL = 1 << 6
_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9


class Callbacks:
    """Take answers within a time, and follow-ups within fifteen minutes."""

    def __init__(self, world: World) -> None:
        self._world = world
        # Discord gives three seconds; a machine busy with other tests may need more. See `Interaction.seconds`.
        self.first_answer_within = 30.0
        self.token_lives = 900.0

    def routes(self) -> list[web.RouteDef]:
        hook = "/webhooks/{application}/{token}"
        return [
            web.post("/interactions/{interaction}/{token}/callback", self._callback),
            web.post(hook, self._follow_up),
            web.get(hook + "/messages/@original", self._get_original),
            web.patch(hook + "/messages/{message}", self._edit),
            web.delete(hook + "/messages/{message}", self._delete),
        ]

    async def _callback(self, request: web.Request) -> web.Response:
        interaction = self._world.interactions.get(request.match_info["interaction"])
        now = time.monotonic()
        late = interaction is None or now - interaction.created > self.first_answer_within
        if interaction is None or late or interaction.token != request.match_info["token"]:
            raise unknown("interaction", 10062)
        if interaction.kind is not None:
            raise Refused(400, 40060, "Interaction has already been acknowledged.")
        body = await request.json()
        self._take(interaction, body["type"], body.get("data") or {})
        interaction.kind, interaction.answered_at = body["type"], now
        interaction.left_at = float(request.headers.get(LEFT_AT, now))
        interaction.answered.set()
        return self._acknowledged(interaction, request)

    def _take(self, interaction: Interaction, kind: int, data: Body) -> None:
        match kind:
            case 4:
                interaction.original = self._store(interaction, data)
            case 5:
                interaction.deferred = True
                interaction.original = {"flags": data.get("flags", 0), "id": self._world.snowflake()}
            case 7:
                interaction.original = self._store(interaction, data)
            case 8:
                self._refuse(choices_faults(data["choices"]))
                interaction.choices = data["choices"]
            case 9:
                self._refuse(modal_faults(data))
                interaction.modal = data
            case 6:
                pass
            case _:
                raise malformed([f"type: {kind}"])

    def _acknowledged(self, interaction: Interaction, request: web.Request) -> web.Response:
        if request.query.get("with_response") not in ("1", "true", "True"):
            return answer(None)
        shown: Body = {"id": interaction.id, "type": interaction.type}
        resource: Body = {"type": interaction.kind}
        if interaction.original is not None and not interaction.deferred:
            shown["response_message_id"] = interaction.original["id"]
            resource["message"] = interaction.original
        return answer({"interaction": shown, "resource": resource})

    async def _follow_up(self, request: web.Request) -> web.Response:
        interaction = self._alive(request)
        if interaction.kind is None:
            raise unknown("Webhook", 10015)
        body = await request.json()
        if interaction.deferred and not interaction.deleted and interaction.original is not None:
            # The first follow-up of a deferred answer takes its place, and its visibility.
            interaction.original = self._store(interaction, body, flags=interaction.original["flags"])
            interaction.deferred = False
            return answer(interaction.original)
        message = self._store(interaction, body)
        interaction.followups.append(message)
        return answer(message)

    async def _get_original(self, request: web.Request) -> web.Response:
        interaction = self._alive(request)
        if interaction.original is None:
            raise unknown("Message", 10008)
        return answer(interaction.original)

    async def _edit(self, request: web.Request) -> web.Response:
        interaction = self._alive(request)
        if request.match_info["message"] != "@original" or interaction.original is None:
            raise unknown("Message", 10008)
        interaction.original = self._store(
            interaction, await request.json(), flags=interaction.original.get("flags", 0)
        )
        interaction.deferred = False
        return answer(interaction.original)

    async def _delete(self, request: web.Request) -> web.Response:
        interaction = self._alive(request)
        if interaction.original is None:
            raise unknown("Message", 10008)
        interaction.original, interaction.deferred, interaction.deleted = None, False, True
        return answer(None)

    def _alive(self, request: web.Request) -> Interaction:
        token = request.match_info["token"]
        found = next((one for one in self._world.interactions.values() if one.token == token), None)
        if found is None:
            raise unknown("Webhook", 10015)
        if time.monotonic() - found.created > self.token_lives:
            raise Refused(401, 50027, "Invalid Webhook Token")
        return found

    def _store(self, interaction: Interaction, data: Body, flags: int | None = None) -> Body:
        self._refuse(message_faults(data))
        shown = {**data, "flags": data.get("flags", 0) if flags is None else flags}
        if shown["flags"] & EPHEMERAL:
            return _ephemeral(self._world, interaction, shown)
        channel = self._world.channels[interaction.channel_id]
        message = self._world.message(channel, self._world.bot, shown)
        message["interaction_metadata"] = {
            "id": interaction.id,
            "type": interaction.type,
            "user": interaction.user.payload(),
            "authorizing_integration_owners": {},
        }
        return message

    def _refuse(self, faults: list[str]) -> None:
        if faults:
            raise malformed(faults)


def _ephemeral(world: World, interaction: Interaction, data: Body) -> Body:
    """Make a message that only one person sees and no history holds."""
    channel = world.channels[interaction.channel_id]
    message = world.message(channel, world.bot, data)
    world.messages[channel.id].remove(message)
    assert message["author"]["id"] == BOT
    return message
