"""A strict file-backed platform for digests: it keeps every message, and fails on request before or after storing."""

import asyncio
import json
import os
import random
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.errors import ChannelGone, CredentialsRefused, NotSent, OutcomeUnknown, RateLimited
from bot.message import Reply
from bot.model import ChannelAddress
from bot.ports import SendWindow
from bot.sentences import sentence
from tests.fakes.waiting import wait_until

# Seconds that a write may take; who stands still for longer meanwhile finds the connection gone.
HELD_UP = 0.5


class Fault(StrEnum):
    """What goes wrong with one call."""

    LOST = "lost"  # nothing stored, no answer
    STORED = "stored"  # stored, but the answer is lost
    NOT_SENT = "not sent"
    LIMITED = "limited"
    GONE = "gone"
    REFUSED = "refused"
    SLOW = "slow"  # stored, and then no answer for a long time
    BROKEN = "broken"  # an exception no adapter should let out


@dataclass
class FaultyChannel:
    """Speak for the platform `console`; `faults` are used up one a post, `look_faults` one a look-up."""

    file: Path
    faults: deque[Fault | None] = field(default_factory=deque)
    look_faults: deque[Fault | None] = field(default_factory=deque)
    jitter: float = 0.0
    thread_parts: int = 1
    posts: int = 0
    looks: int = 0
    edits: int = 0
    platform: str = "console"
    installer: str | None = "owner"
    asked: list[str | None] = field(default_factory=list)
    _known: list[dict[str, str]] = field(default_factory=list)
    _read: int = 0

    async def serve(self) -> None:
        raise NotImplementedError("nobody types here")

    async def health(self) -> None:
        return None

    def render(self, reply: Reply) -> tuple[str, ...]:
        """One payload for the message, and `thread_parts` for its thread."""
        thread = (f"{index}: {part.text}" for part in reply.thread for index in range(self.thread_parts))
        return (reply.text, *thread)

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        self.posts += 1
        fault = self.faults.popleft() if self.faults else None
        self._raise_unsent(fault)
        await self._wait()
        sent_at = time.monotonic()
        if fault is Fault.LOST:
            raise OutcomeUnknown(sentence("The connection was reset."))
        if thread is not None and thread not in {message["id"] for message in self.messages()}:
            raise AssertionError(f"thread {thread} was never started")
        self._raise_held_up(sent_at)
        message_id = self.store(str(address), payload, delivery_id, thread)
        await self._wait()
        if fault is Fault.STORED:
            raise OutcomeUnknown(sentence("The connection was reset."))
        if fault is Fault.SLOW:
            await asyncio.sleep(3600)
        return message_id

    def store(self, channel: str, payload: str, delivery_id: str, thread: str | None = None) -> str:
        """Store a message and return its id."""
        message_id = f"m{random.getrandbits(64):016x}"
        self._store({"id": message_id, "channel": channel, "delivery": delivery_id, "thread": thread, "text": payload})
        return message_id

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        self.looks += 1
        self._store({"looked": delivery_id})
        fault = self.look_faults.popleft() if self.look_faults else None
        self._raise_unsent(fault)
        if fault is not None:
            raise OutcomeUnknown(sentence("The history can't be read."))
        assert window.first_sent_at <= window.last_sent_at
        found = [message["id"] for message in self.messages() if message["delivery"] == delivery_id]
        return found[0] if found else None

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        self.edits += 1
        assert message_id in {message["id"] for message in self.messages()}
        self._store({"edits": message_id, "channel": str(address), "text": payload})

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        self.asked.append(person)
        known = person or self.installer
        return ChannelAddress(self.platform, workspace, f"dm-{known}") if known else None

    def messages(self) -> list[dict[str, str]]:
        """Return what is stored, in order."""
        return [line for line in self._lines() if "id" in line]

    def edited(self) -> list[dict[str, str]]:
        """Return the edits, in order."""
        return [line for line in self._lines() if "edits" in line]

    def looked(self) -> list[str]:
        """Return the ids that were looked up, by whatever process, in order."""
        return [line["looked"] for line in self._lines() if "looked" in line]

    def size(self) -> int:
        """Return how much is stored, in bytes."""
        return self.file.stat().st_size if self.file.exists() else 0

    def wait_for_more(self, than: int) -> None:
        """Wait until more is stored than that, in bytes; raises AssertionError when nothing comes."""
        wait_until(lambda: self.size() > than)

    def texts(self, *, threads: bool = False) -> list[str]:
        """Return the texts of messages, by default without those in threads."""
        return [message["text"] for message in self.messages() if threads or message["thread"] is None]

    def assert_nothing_twice(self) -> None:
        """Fail if any delivery was stored more than once."""
        counted = Counter(message["delivery"] for message in self.messages())
        assert {name: count for name, count in counted.items() if count > 1} == {}

    def _lines(self) -> Iterator[dict[str, str]]:
        """Yield what any process has stored; what was read before isn't read again."""
        if self.size() > self._read:
            with self.file.open("rb") as stored:
                stored.seek(self._read)
                fresh = stored.read()
            whole = fresh[: fresh.rfind(b"\n") + 1]
            self._known += [json.loads(line) for line in whole.splitlines()]
            self._read += len(whole)
        yield from self._known

    def _store(self, message: dict[str, str | None]) -> None:
        """Append in one write, so that a process killed here has stored all of it or nothing."""
        line = json.dumps(message, ensure_ascii=False) + "\n"
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    async def _wait(self) -> None:
        if self.jitter:
            await asyncio.sleep(random.uniform(0, self.jitter))

    def _raise_held_up(self, sent_at: float) -> None:
        """Break the connection of a process that stood still in the middle of a write, as any server does."""
        if self.jitter and time.monotonic() - sent_at > HELD_UP:
            raise OutcomeUnknown(sentence("The connection was reset."))

    @staticmethod
    def _raise_unsent(fault: Fault | None) -> None:
        match fault:
            case Fault.NOT_SENT:
                raise NotSent(sentence("Nobody listens there."))
            case Fault.LIMITED:
                raise RateLimited(sentence("Too many requests."), retry_after=12)
            case Fault.GONE:
                raise ChannelGone(sentence("The channel is archived."))
            case Fault.REFUSED:
                raise CredentialsRefused(sentence("The token was revoked."))
            case Fault.BROKEN:
                raise RuntimeError("an adapter's own fault")
            case _:
                pass
