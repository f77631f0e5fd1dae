"""The fake's REST routes for channels, messages, threads, guilds and commands."""

import re
from typing import Any

from aiohttp import web

from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.answers import Refused, answer, malformed, no_access, no_permission, unknown
from tests.fakes.discord.limits import message_faults
from tests.fakes.discord.payloads import channel_payload, guild_payload, member_payload
from tests.fakes.discord.world import ANNOUNCEMENT, BOT, DM, FORUM, PUBLIC_THREAD, TEXT, THREADS, Channel, Guild, World

Body = dict[str, Any]

_COMMAND: Body = {"application_id": BOT, "version": "1", "description": "", "default_member_permissions": None}
_SPEAKABLE = (TEXT, DM, ANNOUNCEMENT, *THREADS)


class Rest:
    """Answer the requests of a bot."""

    def __init__(self, world: World, gateway_address: str) -> None:
        self._world = world
        self._gateway_address = gateway_address

    def routes(self) -> list[web.RouteDef]:
        channel = "/channels/{channel}"
        message = channel + "/messages/{message}"
        commands = "/applications/{application}/commands"
        guild_commands = "/applications/{application}/guilds/{guild}/commands"
        return [
            web.get("/users/@me", self._me),
            web.get("/users/@me/guilds", self._my_guilds),
            web.post("/users/@me/channels", self._open_conversation),
            web.get("/oauth2/applications/@me", self._application),
            web.get("/gateway/bot", self._gateway),
            web.get(channel, self._channel),
            web.get(channel + "/messages", self._history),
            web.post(channel + "/messages", self._post),
            web.get(message, self._message),
            web.patch(message, self._edit),
            web.post(message + "/crosspost", self._crosspost),
            web.post(message + "/threads", self._thread),
            web.post(channel + "/threads", self._forum_post),
            web.get(channel + "/threads/archived/public", self._archived),
            web.get("/guilds/{guild}", self._guild),
            web.get("/guilds/{guild}/channels", self._guild_channels),
            web.get("/guilds/{guild}/roles", self._roles),
            web.get("/guilds/{guild}/members/{user}", self._member),
            web.get("/guilds/{guild}/threads/active", self._active),
            web.get(commands, self._commands),
            web.put(commands, self._register),
            web.get(guild_commands, self._commands),
            web.put(guild_commands, self._register),
        ]

    async def _me(self, request: web.Request) -> web.Response:
        return answer(self._world.bot.payload())

    async def _application(self, request: web.Request) -> web.Response:
        shown: Body = {"id": BOT, "name": "paperboy", "icon": None, "description": "", "bot_public": True}
        shown |= {"bot_require_code_grant": False, "verify_key": "0", "flags": 0, "team": None, "summary": ""}
        return answer(shown | {"owner": {"id": "1", "username": "owner", "discriminator": "0", "avatar": None}})

    async def _gateway(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return answer({"url": self._gateway_address, "shards": 1, "session_start_limit": limit})

    async def _my_guilds(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", 0))
        ids = sorted(int(guild.id) for guild in self._world.guilds.values())
        return answer([self._my_guild(str(one)) for one in ids if one > after])

    def _my_guild(self, guild_id: str) -> Body:
        name = self._world.guilds[guild_id].name
        return {"id": guild_id, "name": name, "icon": None, "owner": False, "permissions": "0", "features": []}

    async def _open_conversation(self, request: web.Request) -> web.Response:
        recipient = (await request.json())["recipient_id"]
        name = f"dm-{recipient}"
        found = next((one for one in self._world.channels.values() if one.name == name), None)
        channel = found or self._world.add_channel(None, type=DM, name=name)
        user = {"id": str(recipient), "username": "someone", "discriminator": "0", "avatar": None, "global_name": None}
        return answer(channel_payload(channel) | {"recipients": [user]})

    async def _channel(self, request: web.Request) -> web.Response:
        return answer(channel_payload(self._seen(request)))

    async def _message(self, request: web.Request) -> web.Response:
        return answer(self._found(self._seen(request), request.match_info["message"]))

    async def _history(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        if not self._world.bot_permissions(channel) & allowed.READ_MESSAGE_HISTORY:
            return answer([])
        limit = int(request.query.get("limit", 50))
        messages = self._world.messages[channel.id]
        if after := request.query.get("after"):
            newer = [one for one in messages if int(one["id"]) > int(after)]
            return answer(newer[:limit][::-1])
        before = int(request.query.get("before", 1 << 63))
        return answer([one for one in messages if int(one["id"]) < before][-limit:][::-1])

    async def _post(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        body = await request.json()
        self._may_speak(channel, body)
        if faults := message_faults(body):
            raise malformed(faults)
        nonce = (channel.id, str(body.get("nonce")))
        if body.get("enforce_nonce") and nonce in self._world.nonces:
            self._world.nonce_hits += 1
            return answer(self._found(channel, self._world.nonces[nonce]))
        reference = body.get("message_reference")
        if reference and reference.get("fail_if_not_exists", True):
            self._found(channel, str(reference["message_id"]))
        message = self._world.message(channel, self._world.bot, body)
        channel.archived = False
        if "nonce" in body:
            self._world.nonces[nonce] = message["id"]
        return answer(message)

    async def _edit(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        message = self._found(channel, request.match_info["message"])
        if message["author"]["id"] != BOT:
            raise Refused(403, 50005, "Cannot edit a message authored by another user")
        body = await request.json()
        if faults := message_faults(body, must_say_something=False):
            raise malformed(faults)
        message |= {
            name: body[name] or "" if name == "content" else body[name] or [] for name in body if name in message
        }
        message["edited_timestamp"] = "2024-01-01T00:00:00+00:00"
        return answer(message)

    async def _crosspost(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        if channel.type != ANNOUNCEMENT:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        message = self._found(channel, request.match_info["message"])
        self._world.crossposted.append(message["id"])
        return answer(message)

    async def _thread(self, request: web.Request) -> web.Response:
        channel = self._seen(request)
        message = self._found(channel, request.match_info["message"])
        if not self._world.bot_permissions(channel) & allowed.CREATE_PUBLIC_THREADS:
            raise no_permission()
        if channel.type not in (TEXT, ANNOUNCEMENT):
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        if message["id"] in self._world.channels:
            raise Refused(400, 160004, "A thread has already been created for this message")
        name = self._thread_name(await request.json())
        thread = Channel(message["id"], channel.guild_id, name, PUBLIC_THREAD, channel.id, owner_id=BOT)
        self._world.channels[thread.id] = thread
        self._world.messages[thread.id] = []
        return answer(channel_payload(thread), 201)

    async def _forum_post(self, request: web.Request) -> web.Response:
        forum = self._seen(request)
        body = await request.json()
        if forum.type != FORUM:
            raise Refused(400, 50024, "Cannot execute action on this channel type")
        self._may_speak(forum, body["message"], kinds=(FORUM,))
        applied = [str(tag) for tag in body.get("applied_tags") or []]
        if forum.flags & (1 << 4) and not applied:
            raise Refused(400, 40067, "A tag is required to create a forum post in this channel")
        offered = {str(tag["id"]): tag for tag in forum.tags}
        if any(one not in offered for one in applied):
            raise Refused(400, 50035, "Invalid Form Body")
        if any(offered[one].get("moderated") for one in applied):
            raise no_permission()
        if faults := message_faults(body["message"]) or ["applied_tags: 5"] * (len(applied) > 5):
            raise malformed(faults)
        name = self._thread_name(body)
        thread = self._world.add_channel(self._world.guilds[str(forum.guild_id)], name=name, type=PUBLIC_THREAD)
        thread.parent_id, thread.owner_id, thread.applied_tags = forum.id, BOT, applied
        message = self._world.message(thread, self._world.bot, body["message"])
        message["id"] = thread.id
        return answer(channel_payload(thread) | {"message": message}, 201)

    async def _archived(self, request: web.Request) -> web.Response:
        threads = [one for one in self._world.threads_of(self._seen(request)) if one.archived]
        return answer({"threads": [channel_payload(one) for one in threads], "members": [], "has_more": False})

    async def _active(self, request: web.Request) -> web.Response:
        guild = self._guild_of(request)
        threads = [one for one in self._world.channels.values() if one.guild_id == guild.id and one.type in THREADS]
        return answer({"threads": [channel_payload(one) for one in threads if not one.archived], "members": []})

    async def _guild(self, request: web.Request) -> web.Response:
        return answer(guild_payload(self._world, self._guild_of(request), whole=False))

    async def _guild_channels(self, request: web.Request) -> web.Response:
        return answer(guild_payload(self._world, self._guild_of(request))["channels"])

    async def _roles(self, request: web.Request) -> web.Response:
        return answer(guild_payload(self._world, self._guild_of(request))["roles"])

    async def _member(self, request: web.Request) -> web.Response:
        guild = self._guild_of(request)
        return answer(member_payload(self._world.bot, roles=[guild.bot_role]))

    async def _commands(self, request: web.Request) -> web.Response:
        return answer(self._world.commands.get(request.match_info.get("guild", "global"), []))

    async def _register(self, request: web.Request) -> web.Response:
        where = request.match_info.get("guild", "global")
        body = await request.json()
        for command in body:
            if command.get("type", 1) == 1 and not re.fullmatch(r"[-_a-z0-9]{1,32}", command["name"]):
                raise malformed([f"name: {command['name']}"])
        numbered = [{"id": self._world.snowflake(), **_COMMAND, **one} for one in body]
        self._world.commands[where] = numbered
        return answer(numbered)

    def _guild_of(self, request: web.Request) -> Guild:
        guild = self._world.guilds.get(request.match_info["guild"])
        if guild is None:
            raise unknown("Guild", 10004)
        return guild

    def _seen(self, request: web.Request) -> Channel:
        channel = self._world.channels.get(request.match_info["channel"])
        if channel is None or channel.deleted:
            raise unknown("Channel", 10003)
        if channel.guild_id is not None and channel.guild_id not in self._world.guilds:
            raise no_access()
        if not self._world.bot_permissions(channel) & allowed.VIEW_CHANNEL:
            raise no_access()
        return channel

    def _found(self, channel: Channel, message_id: str) -> Body:
        parent = self._world.messages.get(channel.parent_id or "", [])
        for message in (*self._world.messages[channel.id], *parent):
            if message["id"] == message_id:
                return message
        raise unknown("Message", 10008)

    def _may_speak(self, channel: Channel, body: Body, kinds: tuple[int, ...] = _SPEAKABLE) -> None:
        bits = self._world.bot_permissions(channel)
        needed = allowed.SEND_MESSAGES_IN_THREADS if channel.type in THREADS else allowed.SEND_MESSAGES
        if channel.type not in kinds:
            raise Refused(400, 50008, "Cannot send messages in a non-text channel")
        if channel.archived and channel.locked:
            raise Refused(400, 50083, "Thread is archived")
        if not bits & needed or (body.get("embeds") and not bits & allowed.EMBED_LINKS):
            raise no_permission()

    def _thread_name(self, body: Body) -> str:
        name = str(body.get("name", ""))
        if not 1 <= len(name) <= 100:
            raise malformed(["name: 1 to 100"])
        return name
