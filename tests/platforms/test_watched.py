"""What an operator sees of a platform: whether it hears anything, and how long it waits for acknowledgements."""

from dataclasses import replace

import pytest

from bot.serving import Connected, connection_probe
from bot.web.health import Health
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import house, seeds_host, serving
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.slack.bot import Run
from tests.fakes.slack.server import FakeSlack
from tests.fakes.waiting import until


async def missing(adapter: object) -> dict[str, str]:
    """Ask the readiness of a bot with this one adapter, as `/readyz` does."""
    assert isinstance(adapter, Connected)
    health = Health({"platform": connection_probe(adapter)}, lambda: 0.0)
    return {name: str(said) for name, said in (await health.missing()).items()}


DOWN = {"platform": "The connection is down; it is being opened again."}


@asynchronous
async def test_a_bot_without_its_slack_socket_is_not_ready(run_slack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.adapter.PING_SECONDS", 0.2)
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await until(lambda: bot.adapter.connected)
        assert await missing(bot.adapter) == {}
        slack.sockets.accepting.clear()
        await slack.sockets.drop()
        await until(lambda: not bot.adapter.connected)
        assert await missing(bot.adapter) == DOWN
        slack.sockets.accepting.set()
        await until(lambda: bot.adapter.connected)
        assert await missing(bot.adapter) == {}


@pytest.mark.parametrize("shards", [None, 2])
@asynchronous
async def test_a_bot_without_a_gateway_connection_is_not_ready(shards: int | None) -> None:
    async with FakeDiscord() as discord:
        discord.world.add_guild()
        async with serving(discord, seeds_host(), **({} if shards is None else {"shards": shards})) as adapter:
            await until(lambda: discord.gateway.identified == (shards or 1))
            await until(lambda: adapter.connected)
            assert await missing(adapter) == {}
            down: list[bool] = []
            discord.gateway.before_resume = lambda: down.append(not adapter.connected)
            await discord.gateway.drop()
            await until(lambda: discord.gateway.resumed == (shards or 1))
            assert down[0], "a bot whose gateway connection is down says so"
            await until(lambda: adapter.connected)
            assert await missing(adapter) == {}


@pytest.mark.parametrize("mode", ["socket", "http"])
@asynchronous
async def test_every_acknowledgement_to_slack_is_timed(run_slack: Run, mode: str) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode=mode) as bot:
        for payload in (bot.by().slash("/paper", "megalodon"), bot.by().mention("megalodon")):
            await (bot.over_socket(payload) if mode == "socket" else bot.over_http(payload))
        await until(lambda: len(bot.acknowledged) == 2)
        await bot.over_http(bot.by().slash("/paper", "forged"), secret="wrong")
        await bot.quiet()
        assert len(bot.acknowledged) == 2
        assert all(0 < seconds < 3 for seconds in bot.acknowledged)


@asynchronous
async def test_every_acknowledgement_to_discord_is_timed_once() -> None:
    waited: list[tuple[str, float]] = []
    host = replace(seeds_host(), acknowledged=lambda platform, seconds: waited.append((platform, seconds)))
    async with house(host=host) as it:
        await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        await it.discord.people.slash(it.channel, it.manager, "digest", sub="settings")
        await it.discord.people.complete(it.channel, it.member, "paper", "query", "mega")
        await until(lambda: len(waited) == 3)
    assert {platform for platform, _ in waited} == {"discord"}
    assert all(0 < seconds < 3 for _, seconds in waited)
