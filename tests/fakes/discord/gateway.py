"""The fake's gateway: identify, heartbeat, numbered dispatch, resume with replay, reconnect, invalid sessions."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord.payloads import guild_payload
from tests.fakes.discord.world import BOT, World

Body = dict[str, Any]

MESSAGE_CONTENT = 1 << 15


@dataclass
class Session:
    """One identified session: what it was sent, so that a resume can replay, and its socket while there is one."""

    id: str
    shard: int
    shards: int
    intents: int
    sent: deque[tuple[int, str, Body]] = field(default_factory=lambda: deque(maxlen=400))
    sequence: int = 0
    socket: "Socket | None" = None

    def wants(self, guild_id: str | None) -> bool:
        """Tell whether a guild's events belong to this shard; direct messages go to shard 0."""
        return ((int(guild_id) >> 22) % self.shards if guild_id else 0) == self.shard


class Socket:
    """A websocket that speaks zlib-stream where the client asks for it."""

    def __init__(self, response: web.WebSocketResponse, compressed: bool) -> None:
        self.response = response
        self._deflate = zlib.compressobj() if compressed else None

    async def send(self, payload: Body) -> None:
        if self.response.closed:
            return
        text = json.dumps(payload)
        if self._deflate is None:
            await self.response.send_str(text)
            return
        data = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
        await self.response.send_bytes(data)


class Gateway:
    """Keep sessions, and tell them what happens."""

    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self.address = address
        self.sessions: dict[str, Session] = {}
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.heartbeat_interval = 41250
        self.acknowledges = True
        self.content_allowed = True
        self.before_resume: Callable[[], object] = lambda: None
        self._locks: dict[str, asyncio.Lock] = {}

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        response = web.WebSocketResponse(max_msg_size=0)
        await response.prepare(request)
        socket = Socket(response, request.query.get("compress") == "zlib-stream")
        await socket.send({"op": 10, "d": {"heartbeat_interval": self.heartbeat_interval}, "s": None, "t": None})
        session: Session | None = None
        async for message in response:
            if message.type is WSMsgType.TEXT:
                session = await self._received(json.loads(message.data), socket) or session
        if session is not None and session.socket is socket:
            session.socket = None
        return response

    async def dispatch(self, event: str, data: Body, guild_id: str | None = None) -> None:
        """Tell every session of the guild's shard; one without a socket gets it when it resumes."""
        for session in list(self.sessions.values()):
            if session.wants(guild_id):
                await self._tell(session, event, self._visible(session, event, data))

    async def drop(self) -> None:
        """Tear every socket, as a broken network does; sessions stay resumable."""
        for session in self.sessions.values():
            if session.socket is not None:
                socket, session.socket = session.socket, None
                await socket.response.close(code=4000)

    async def ask_to_reconnect(self) -> None:
        """Send opcode 7."""
        for session in self.sessions.values():
            if session.socket is not None:
                await session.socket.send({"op": 7, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Send opcode 9 and, unless resumable, forget the sessions."""
        told = [session.socket for session in self.sessions.values() if session.socket is not None]
        if not resumable:
            self.sessions.clear()
        for socket in told:
            await socket.send({"op": 9, "d": resumable, "s": None, "t": None})

    async def close(self, code: int) -> None:
        """Close every socket with a code and forget the sessions."""
        told = [session.socket for session in self.sessions.values() if session.socket is not None]
        self.sessions.clear()
        for socket in told:
            await socket.response.close(code=code)

    async def _received(self, message: Body, socket: Socket) -> Session | None:
        match message["op"]:
            case 1:
                self.heartbeats += 1
                if self.acknowledges:
                    await socket.send({"op": 11, "d": None, "s": None, "t": None})
            case 2:
                return await self._identify(message["d"], socket)
            case 6:
                return await self._resume(message["d"], socket)
        return None

    async def _identify(self, data: Body, socket: Socket) -> Session | None:
        if data["token"] != self._world.token:
            await socket.response.close(code=4004)
            return None
        if data["intents"] & MESSAGE_CONTENT and not self.content_allowed:
            await socket.response.close(code=4014)
            return None
        self.identified += 1
        shard, shards = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(8), shard, shards, data["intents"], socket=socket)
        self.sessions[session.id] = session
        guilds = [guild for guild in self._world.guilds.values() if session.wants(guild.id)]
        ready = {
            "v": 10,
            "user": self._world.bot.payload(),
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.address,
            "shard": [shard, shards],
            "application": {"id": BOT, "flags": 0},
            "session_type": "normal",
            "private_channels": [],
        }
        await self._tell(session, "READY", ready)
        for guild in guilds:
            await self._tell(session, "GUILD_CREATE", guild_payload(self._world, guild))
        return session

    async def _resume(self, data: Body, socket: Socket) -> Session | None:
        self.before_resume()
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self._world.token:
            await socket.send({"op": 9, "d": False, "s": None, "t": None})
            return None
        async with self._lock(session):
            for sequence, event, missed in tuple(session.sent):
                if sequence > data["seq"]:
                    await socket.send({"op": 0, "s": sequence, "t": event, "d": missed})
            session.socket = socket
            session.sequence += 1
            await socket.send({"op": 0, "s": session.sequence, "t": "RESUMED", "d": {}})
        self.resumed += 1
        return session

    async def _tell(self, session: Session, event: str, data: Body) -> None:
        async with self._lock(session):
            session.sequence += 1
            session.sent.append((session.sequence, event, data))
            if session.socket is not None:
                await session.socket.send({"op": 0, "s": session.sequence, "t": event, "d": data})

    def _lock(self, session: Session) -> asyncio.Lock:
        return self._locks.setdefault(session.id, asyncio.Lock())

    def _visible(self, session: Session, event: str, data: Body) -> Body:
        """Blank what a session without the message content intent may not read."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT:
            return data
        mentioned = any(user["id"] == BOT for user in data.get("mentions", []))
        if mentioned or data.get("guild_id") is None or data["author"]["id"] == BOT:
            return data
        return data | {"content": "", "embeds": [], "components": [], "attachments": []}
