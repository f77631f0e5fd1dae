"""The running bot at the console, as a process of its own: piped lines, a live edit, a signal."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import pytest

from tests.fakes.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("place")
SEEDS = Path(__file__).parents[2] / "seeds"


class Conversation:
    """A bot with a pipe for its keyboard."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: Queue[str] = Queue()
        self._heard = ""
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def end(self) -> None:
        """End the process, and hear it out before its pipe is closed."""
        self.process.kill()
        self._listening.join(PATIENCE)

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hears(self, words: str, within: float = PATIENCE) -> bool:
        """Wait until the bot has said these words since they were last asked for."""
        deadline = time.monotonic() + within
        while words not in self._heard:
            try:
                self._heard += self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except Empty:
                return False
        self._heard = self._heard.split(words, 1)[1]
        return True

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)


@contextmanager
def running(place: Path, **settings: str) -> Iterator[Conversation]:
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "run"],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PAPERBOY_HTTP_ADDRESS": "off", **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        conversation = Conversation(process)
        try:
            yield conversation
        finally:
            conversation.end()


def test_it_takes_what_a_channel_takes_and_numbers_for_buttons(place: Path) -> None:
    with running(place) as bot:
        bot.say("/paper megalodon")
        assert bot.hears("[1] Abstract")
        bot.say("1")
        assert bot.hears("The quadratic complexity")
        bot.say("@paperboy digest 2024-04-17")
        assert bot.hears("7. Self-playing Adversarial Language Game")
        bot.say("exit")
        assert bot.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("settings", [{}, {"PAPERBOY_HTTP_ADDRESS": ""}], ids=["no web server", "by default"])
def test_it_ends_with_its_input(place: Path, settings: dict[str, str]) -> None:
    with running(place, **settings) as bot:
        assert bot.process.stdin is not None
        bot.process.stdin.close()
        assert bot.process.wait(PATIENCE) == 0


def test_with_nobody_there_it_goes_on_serving_the_archive_and_says_what_to_do(place: Path) -> None:
    with running(place, PAPERBOY_HTTP_ADDRESS="127.0.0.1:0") as bot:
        assert bot.process.stdin is not None
        bot.process.stdin.close()
        assert bot.hears("Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or DISCORD_TOKEN")
        assert bot.process.poll() is None
        bot.process.send_signal(signal.SIGTERM)
        assert bot.process.wait(PATIENCE) == 0


def test_a_pipe_is_answered_to_its_end(place: Path) -> None:
    with running(place, PAPERBOY_HTTP_ADDRESS="127.0.0.1:0") as bot:
        bot.say("/paper megalodon")
        assert bot.process.stdin is not None
        bot.process.stdin.close()
        assert bot.hears("[1] Abstract")
        assert bot.process.wait(PATIENCE) == 0


def test_a_changed_file_is_searchable_within_two_seconds(place: Path) -> None:
    with running(place) as bot:
        bot.say("/paper reka core")
        assert bot.hears("Reka Core")
        # A machine that is busy elsewhere gets several tries.
        assert any(_seconds_to_find(bot, place, name) < 2.0 for name in ("Quokkaformer", "Zebranet", "Okapi Moe"))


def _seconds_to_find(bot: Conversation, place: Path, name: str) -> float:
    """Give a note another title, and return how long it took until that was found."""
    note = place / "seeds" / "000_59043c7d544fb5ec.txt"
    note.write_text((SEEDS / note.name).read_text().replace("Reka Core\n", f"{name}\n", 1))
    written = time.monotonic()
    assert _asked_until(bot, f"/paper {name}", "2024-04-17")
    return time.monotonic() - written


def test_a_broken_file_takes_nothing_down(place: Path) -> None:
    with running(place) as bot:
        bot.say("/paper reka core")
        assert bot.hears("Reka Core")
        (place / "seeds" / "000_59043c7d544fb5ec.txt").write_bytes(b"\xff\xfe\x00broken")
        (place / "seeds" / "240501 Quokka.md").write_text("Quokkaformer (A Writer)\n\n시험 노트.\n\n#llm\n")
        assert _asked_until(bot, "/paper quokkaformer", "2024-05-01")
        bot.say("/paper megalodon")
        assert bot.hears("이전에 나왔던 Mega")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(place: Path, number: signal.Signals) -> None:
    with running(place) as bot:
        bot.say("/paper reka core")
        assert bot.hears("Reka Core")
        bot.process.send_signal(number)
        assert bot.process.wait(PATIENCE) == 0


def _asked_until(bot: Conversation, question: str, words: str) -> bool:
    """Ask again and again until the answer holds these words."""
    return _repeated(lambda: bot.say(question), lambda: bot.hears(words, within=0.2))


def _repeated(act: Callable[[], None], succeeded: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        act()
        if succeeded():
            return True
    return False
