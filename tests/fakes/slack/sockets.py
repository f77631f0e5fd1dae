"""Speak Socket Mode from Slack's side: envelopes out, acks in, and again what was not acked."""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.fakes.slack.state import Json

CONNECTIONS = 10


@dataclass
class Envelope:
    """One envelope: how often it was sent, and the ack it got."""

    id: str
    kind: str
    payload: Json
    sent_at: float = 0.0
    acked_at: float = 0.0
    attempts: int = 0
    answer: Json | None = None
    acked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def seconds_to_ack(self) -> float:
        """Return how long the ack took from the last sending, in seconds."""
        return self.acked_at - self.sent_at


class Sockets:
    """The open connections; each envelope goes to one of them."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.connections = 0
        self._numbers = itertools.count()
        self._open: list[web.WebSocketResponse] = []
        self._tickets: set[str] = set()
        self._connected = asyncio.Event()
        # Cleared, it leaves whoever connects waiting.
        self.accepting = asyncio.Event()
        self.accepting.set()

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """Take a connection, once a ticket, and send what is still unacked."""
        await self.accepting.wait()
        ticket = request.query.get("ticket", "")
        if not ticket or ticket in self._tickets or len(self._open) >= CONNECTIONS:
            return web.Response(status=403)
        self._tickets.add(ticket)
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._open) + 1, "connection_info": {}})
        self._open.append(socket)
        self.connections += 1
        self._connected.set()
        try:
            await self._redeliver()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._ack(json.loads(message.data))
        finally:
            self._gone(socket)
        return socket

    async def connected(self) -> None:
        """Wait until the bot has a connection."""
        await self._connected.wait()

    async def send(self, kind: str, payload: Json) -> Envelope:
        """Send an envelope and return it at once; wait on `acked` for its ack."""
        envelope = Envelope(f"env-{next(self._numbers)}", kind, payload)
        self.envelopes.append(envelope)
        await self._deliver(envelope)
        return envelope

    async def redeliver(self, envelope: Envelope) -> None:
        """Send an envelope again, as Slack does where the ack got lost."""
        envelope.acked = asyncio.Event()
        await self._deliver(envelope)

    async def drop(self) -> None:
        """Break every connection without a word."""
        for socket in list(self._open):
            if socket._req is not None and socket._req.transport is not None:
                socket._req.transport.abort()

    async def ask_to_reconnect(self) -> None:
        """Tell the bot to change connections, as Slack does every few hours."""
        for socket in list(self._open):
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def close(self) -> None:
        """Close every connection."""
        for socket in list(self._open):
            await socket.close()

    async def _deliver(self, envelope: Envelope) -> None:
        if not self._open:
            return
        envelope.attempts += 1
        envelope.sent_at = time.perf_counter()
        body = {
            "type": envelope.kind,
            "envelope_id": envelope.id,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != "events_api",
            "retry_attempt": envelope.attempts - 1,
        }
        try:
            await self._open[-1].send_json(body)
        except ConnectionError:
            return

    async def _redeliver(self) -> None:
        for envelope in self.envelopes:
            if not envelope.acked.is_set():
                await self._deliver(envelope)

    def _ack(self, body: Json) -> None:
        for envelope in reversed(self.envelopes):
            if envelope.id == body.get("envelope_id"):
                envelope.acked_at = time.perf_counter()
                envelope.answer = body.get("payload")
                envelope.acked.set()
                return

    def _gone(self, socket: web.WebSocketResponse) -> None:
        if socket in self._open:
            self._open.remove(socket)
        if not self._open:
            self._connected.clear()
