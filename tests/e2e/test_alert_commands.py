"""What is broken is told on the console, once over many runs, and mended from where it was told."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.console.inbound import HOME
from bot.cli.main import main
from bot.core import Core
from bot.sentences import sentence
from bot.settings import load_settings
from bot.storage.addressbook import StoredAddressbook
from bot.storage.engine import snapshot
from bot.storage.tables import alerts

pytestmark = pytest.mark.usefixtures("place")


def close_home() -> None:
    """Let the platform say that the channel is closed to the bot."""
    core = Core(load_settings())
    book = StoredAddressbook(core.engine, core.clock)
    asyncio.run(book.closed(HOME, sentence("The channel was archived. Unarchive it, or end its subscription.")))
    core.engine.dispose()


def posted(place: Path, channel: str) -> list[str]:
    file = place / "paperboy.console.jsonl"
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    messages = [json.loads(line) for line in lines if line.strip()]
    texts = [json.loads(one["payload"])["text"] for one in messages if one["channel"] == channel]
    return [" ".join(text.split()) for text in texts]


def rests(capsys: pytest.CaptureFixture[str]) -> bool:
    capsys.readouterr()
    main(["ask", "/digest settings"])
    return "refuses this channel" in capsys.readouterr().out


@pytest.mark.parametrize("ops", ["console:local/operator", "console:ops/room"])
def test_a_closed_channel_is_told_once_and_its_buttons_work(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, ops: str
) -> None:
    if not ops.endswith("operator"):
        monkeypatch.setenv("PAPERBOY_OPS_CHANNEL", ops)
    main(["subscriptions", "add", str(HOME), "#llm lang en"])
    close_home()
    for _ in range(3):
        assert main(["digest", "tick"]) == 0
    (told,) = posted(place, ops)
    assert "The channel was archived. Unarchive it, or end its subscription." in told
    assert re.search(r"\[1\] Retry +\[2\] Remove", told)
    assert rests(capsys)
    assert main(["ask", "/digest retry " + "a" * 25, "--channel", ops]) == 2
    assert "mended already" in capsys.readouterr().out
    identity = alert()
    assert main(["ask", f"/digest retry {identity}", "--channel", ops]) == 0
    assert main(["ask", f"/digest remove {identity}", "--channel", ops]) == 0
    assert "ended the subscription of console:local/main" in capsys.readouterr().out
    main(["subscriptions", "list", "--json"])
    (row,) = json.loads(capsys.readouterr().out)["subscriptions"]
    assert row["terms"] == []


def alert() -> str:
    """Return the id that the buttons of the one alert carry."""
    core = Core(load_settings())
    with snapshot(core.engine) as connection:
        (only,) = connection.scalars(select(alerts.c.id))
    core.engine.dispose()
    return str(only)


def test_an_ops_channel_that_is_none_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOY_OPS_CHANNEL", "somewhere")
    assert main(["digest", "tick"]) == 2
    assert "PAPERBOY_OPS_CHANNEL is not usable" in capsys.readouterr().err
