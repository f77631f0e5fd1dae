"""Remember what was posted to console channels: one JSON line a message or an edit, on disk before it counts."""

import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from bot.model import ChannelAddress


class Outbox:
    """Append messages to a file and find them again, also after a crash."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Store a message and return its id."""
        message_id = secrets.token_hex(8)
        self._append(
            {"id": message_id, "channel": str(address), "delivery": delivery_id, "thread": thread, "payload": payload}
        )
        return message_id

    def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Store the new payload of a message."""
        self._append({"edits": message_id, "channel": str(address), "payload": payload})

    def find(self, address: ChannelAddress, delivery_id: str) -> str | None:
        """Return the id of the message that carries a delivery id, None when there is none."""
        for message in self._messages():
            if message.get("delivery") == delivery_id and message.get("channel") == str(address):
                return str(message["id"])
        return None

    def _append(self, message: dict[str, str | None]) -> None:
        # The newline in front parts this line from one that a crash tore.
        line = f"\n{json.dumps(message, ensure_ascii=False)}\n"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab") as file:
            file.write(line.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())

    def _messages(self) -> Iterator[dict[str, str | None]]:
        try:
            lines = self._file.read_bytes().split(b"\n")
        except FileNotFoundError:
            return
        for line in lines:
            try:
                yield json.loads(line)
            except ValueError:
                continue
