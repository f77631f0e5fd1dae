"""Serve people at a terminal, or a script through a pipe; posts go to the same screen."""

import asyncio
import contextlib
import io
import json
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from adapters.console.inbound import read_request
from adapters.console.outbox import Outbox
from adapters.console.render import draw, ink, options, plain_text
from bot.message import Action, Reply
from bot.model import ChannelAddress
from bot.ports import Host, SendWindow
from bot.words import Words

PROMPT = "paperboy> "
OPERATOR = "operator"
HISTORY_LINES = 1000
_GOODBYES = frozenset({"exit", "quit", "/exit", "/quit", "나가기"})


class ConsoleAdapter:
    """Speak to one person at a prompt; an outbox remembers what was posted to console channels."""

    platform = "console"

    def __init__(self, host: Host, *, console: Console | None = None) -> None:
        self._handle = host.handle
        self._outbox = Outbox(host.data / "paperboy.console.jsonl")
        self._words = Words(host.language)
        self._console = console or Console()
        self.attended = False

    async def serve(self) -> None:
        """Answer lines from standard input until it ends or somebody says `exit`.

        Afterwards `attended` tells whether anybody was there: a terminal, or a line of input.
        """
        interactive = self.attended = sys.stdin.isatty()
        if interactive:
            self._console.print(
                self._words.gettext("Type `/paper` or `/digest`; `/digest help` explains, `exit` leaves.")
            )
        offered: Mapping[int, Action] = {}
        lines = _Lines(PROMPT if interactive else "")
        while (line := await lines.next()) is not None and line.strip().casefold() not in _GOODBYES:
            self.attended = True
            request = read_request(line, offered, language=self._words.language)
            if request is not None:
                reply = await self._handle(request)
                offered = options(reply)
                self._console.print(draw(reply))

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return the text of a reply, and of each reply in its thread."""
        message = Reply(reply.text, reply.lead, reply.cards, reply.actions, reply.links)
        texts = (plain_text(message), *(plain_text(part) for part in reply.thread))
        return tuple(json.dumps({"text": text}, ensure_ascii=False) for text in texts)

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Write a message to the outbox and show it on the screen."""
        message_id = await asyncio.to_thread(self._outbox.add, address, payload, delivery_id, thread)
        self._console.print(f"\n{address}", style="bold", highlight=False)
        self._console.print(ink(str(json.loads(payload)["text"])), markup=False, highlight=False)
        return message_id

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Look a delivery up in the outbox, which always knows."""
        return await asyncio.to_thread(self._outbox.find, address, delivery_id)

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Write the new text of a message to the outbox."""
        await asyncio.to_thread(self._outbox.edit, address, message_id, payload)

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        """Speak to whoever sits at this screen, outside of all channels."""
        return ChannelAddress(self.platform, workspace, OPERATOR)


class _Lines:
    """Read standard input in a thread that never keeps the process alive."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        # Without a buffer: a thread that waits inside Python's own one would abort the interpreter's end.
        self._pipe = None if prompt else io.FileIO(sys.stdin.fileno(), closefd=False)
        self._asked = threading.Semaphore(0)
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        if prompt:
            _load_history()
        threading.Thread(target=self._read, name="console-input", daemon=True).start()

    async def next(self) -> str | None:
        """Return the next line, or None at the end of the input."""
        self._asked.release()
        return await self._lines.get()

    def _read(self) -> None:
        line: str | None = ""
        while line is not None:
            self._asked.acquire()
            line = self._ask()
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)

    def _ask(self) -> str | None:
        if self._pipe is not None:
            return self._pipe.readline().decode("utf-8", "replace") or None
        try:
            return input(self._prompt)
        except EOFError:
            return None
        except UnicodeDecodeError:
            return ""


def _load_history() -> None:
    """Let the arrow keys bring back lines of earlier sessions, where the system has readline."""
    try:
        import atexit
        import readline
    except ImportError:
        return
    file = Path("~/.paperboy_history").expanduser()
    with contextlib.suppress(OSError):
        readline.read_history_file(file)
    readline.set_history_length(HISTORY_LINES)
    atexit.register(_save_history, file)


def _save_history(file: Path) -> None:
    import readline

    with contextlib.suppress(OSError):
        readline.write_history_file(file)
