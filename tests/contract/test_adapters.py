"""What every folder in `adapters/` promises; a new one is found by itself and only has to say its tokens here."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.bootstrap import CONSOLE, PLATFORMS, build_host
from bot.commands import MoreMatches, OpenEntry
from bot.core import Core
from bot.errors import DeliveryError
from bot.message import Action, Block, BlockRole, Card, Reply, WebLink
from bot.model import ChannelAddress
from bot.ports import Adapter, Host, SendWindow
from bot.richtext import Bold, Code, Link, Mention, Moment, Text
from bot.settings import Settings
from bot.suggestions import LibrarySuggestions
from tests.fakes.asynchronous import asynchronous

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(folder.name for folder in (ROOT / "adapters").iterdir() if (folder / "__init__.py").exists())

# What makes a platform's adapter build: made-up tokens of the right shape, and addresses where nobody listens.
TOKENS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "console": {},
        "slack": {
            "SLACK_BOT_TOKEN": "xoxb-1-contract",
            "SLACK_APP_TOKEN": "xapp-1-contract",
            "SLACK_API_URL": "http://127.0.0.1:1/api/",
        },
        "discord": {
            "DISCORD_TOKEN": "MTIz.contract.token",
            "DISCORD_API_URL": "http://127.0.0.1:1/api/v10",
            "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/",
        },
    }
)
EVERYTHING = Reply(
    text="words for a screen reader",
    lead=(Text("lead "), Bold("bold"), Mention("U1", "kim"), Moment(datetime(2026, 11, 23, tzinfo=UTC), "Mon 23 Nov")),
    cards=(
        Card(
            "A title",
            url="https://arxiv.org/abs/2304.07880",
            number=1,
            caption=(Text("2024-04-17 · "), Code("#llm")),
            blocks=tuple(
                Block(role, (Text(f"the {role.value} "), Link("a link", "https://example.org/"))) for role in BlockRole
            ),
            actions=(Action("Open 1", OpenEntry("e2k4m6p8")),),
            links=(WebLink("Read one", "https://notes.example.org/notes/e1"),),
        ),
    ),
    actions=(Action("More", MoreMatches("메갈로돈", 5)),),
    links=(WebLink("Read all", "https://notes.example.org/notes/e2"),),
    thread=(Reply("the rest", cards=(Card("Another title"),)),),
)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    for name in list(os.environ):
        if name.startswith(("PAPERBOY_", "SLACK_", "DISCORD_", "DATABASE_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    core = Core(Settings.model_validate({"notes": ROOT / "seeds", "data": tmp_path}))
    core.open_library()
    return build_host(core, "en", LibrarySuggestions(core.library, core.local_date))


def build(name: str, host: Host, monkeypatch: pytest.MonkeyPatch) -> Adapter:
    for variable, value in TOKENS[name].items():
        monkeypatch.setenv(variable, value)
    built: Adapter = importlib.import_module(f"adapters.{name}").build(host)
    return built


def test_every_folder_is_known_to_bootstrap_and_to_this_test() -> None:
    assert set(FOLDERS) == {CONSOLE, *PLATFORMS}
    assert set(FOLDERS) == set(TOKENS), "say in TOKENS what makes the new adapter build"


@pytest.mark.parametrize("name", FOLDERS)
def test_it_says_what_it_is_and_has_the_rooms_a_newcomer_looks_for(name: str) -> None:
    folder = ROOT / "adapters" / name
    package = importlib.import_module(f"adapters.{name}")
    assert package.__doc__
    assert {"adapter.py", "inbound.py", "render.py"} <= {file.name for file in folder.iterdir()}
    assert name == CONSOLE or (folder / "settings.py").exists()


@pytest.mark.parametrize("name", FOLDERS)
def test_importing_it_loads_no_sdk(name: str) -> None:
    script = (
        f"import sys, adapters.{name}; print([m for m in ('slack_sdk', 'slack_bolt', 'discord') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


@pytest.mark.parametrize("name", PLATFORMS)
@asynchronous
async def test_without_a_token_there_is_none(name: str, host: Host) -> None:
    assert importlib.import_module(f"adapters.{name}").build(host) is None


@pytest.mark.parametrize("name", FOLDERS)
@asynchronous
async def test_it_draws_everything_and_loses_nothing(name: str, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    adapter = build(name, host, monkeypatch)
    assert adapter.platform == name
    payloads = adapter.render(EVERYTHING)
    assert len(payloads) >= 2, "the thread is drawn too"
    for payload in payloads:
        assert isinstance(json.loads(payload), dict)
    drawn = " ".join(json.dumps(json.loads(payload), ensure_ascii=False) for payload in payloads)
    for words in ("lead", "bold", "A title", "2024-04-17", "the paragraph", "the quote", "the item", "the caption"):
        assert words in drawn
    assert "Another title" in drawn
    for page in ("Read one", "https://notes.example.org/notes/e1", "Read all", "https://notes.example.org/notes/e2"):
        assert page in drawn


@pytest.mark.parametrize("name", FOLDERS)
@asynchronous
async def test_a_platform_that_does_not_answer_is_an_error_of_ours(
    name: str, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    adapter = build(name, host, monkeypatch)
    address = ChannelAddress(name, "1001" if name == "discord" else "T1", "1002" if name == "discord" else "C1")
    delivery_id = "d" + "a" * 24
    payload = adapter.render(Reply("words"))[0]
    if name == CONSOLE:
        message_id = await adapter.post(address, payload, delivery_id, None)
        window = SendWindow(host.clock.now(), host.clock.now())
        assert await adapter.find(address, delivery_id, window, None) == message_id
        assert await adapter.find(address, "d" + "b" * 24, window, None) is None
        return
    with pytest.raises(DeliveryError):
        await adapter.post(address, payload, delivery_id, None)
