"""The gateway breaks in every way it can: nothing is answered twice, nothing that Discord tells again is lost."""

import asyncio

import pytest

from adapters.discord import client
from adapters.discord.adapter import DiscordAdapter
from bot.errors import CredentialsRefused, SettingsError
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import house, seeds_host, serving, settings
from tests.fakes.discord.people import ink
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import BOT
from tests.fakes.waiting import until


@asynchronous
async def test_what_happens_while_the_socket_is_down_is_answered_after_the_resume() -> None:
    async with house() as it:
        await it.discord.gateway.drop()
        interaction = await it.discord.people.type_slash(it.channel, it.member, "paper", query="megalodon")
        await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await until(lambda: it.discord.gateway.resumed == 1)
        await until(lambda: it.discord.world.posts(it.channel))
        await until(lambda: interaction.kind is not None)
        assert it.discord.gateway.identified == 1


@pytest.mark.parametrize("resumable", [True, False])
@asynchronous
async def test_an_invalid_session_begins_again(resumable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(self: client.Client, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin without the five seconds that Discord wants between two sessions."""

    monkeypatch.setattr(client.Client, "before_identify_hook", at_once)
    async with house() as it:
        await it.discord.gateway.invalidate(resumable=resumable)
        await until(lambda: it.discord.gateway.resumed + it.discord.gateway.identified == 2)
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        assert "Megalodon" in ink(answered.messages[0])
        assert len(answered.messages) == 1


@asynchronous
async def test_a_request_to_reconnect_is_followed() -> None:
    async with house() as it:
        await it.discord.gateway.ask_to_reconnect()
        await until(lambda: it.discord.gateway.resumed == 1)
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        assert len(answered.messages) == 1


@asynchronous
async def test_a_gateway_that_stops_answering_heartbeats_is_left_and_gone_back_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "HEARTBEAT_PATIENCE", 0.3)
    async with FakeDiscord() as discord:
        channel = discord.world.add_channel(discord.world.add_guild())
        discord.gateway.heartbeat_interval = 100
        async with serving(discord, seeds_host()) as adapter:
            await until(lambda: discord.gateway.heartbeats > 2)
            discord.gateway.acknowledges = False
            await until(lambda: not adapter.connected)
            discord.gateway.acknowledges = True
            await until(lambda: adapter.connected)
            assert discord.gateway.resumed >= 1
            assert discord.gateway.identified == 1
            answered = await discord.people.slash(channel, discord.world.add_user(), "paper", query="megalodon")
            assert "Megalodon" in ink(answered.messages[0])


@pytest.mark.parametrize("shards", [None, 1])
@asynchronous
async def test_a_lost_gateway_is_not_called_connected_until_it_is_back(shards: int | None) -> None:
    async with house(shards=shards) as it:
        assert it.adapter.connected
        lost: list[bool] = []
        it.discord.gateway.before_resume = lambda: lost.append(it.adapter.connected)
        await it.discord.gateway.ask_to_reconnect()
        await until(lambda: it.discord.gateway.resumed == 1)
        await until(lambda: it.adapter.connected)
        assert lost == [False]


@asynchronous
async def test_an_event_told_twice_is_answered_once() -> None:
    async with house() as it:
        people, world = it.discord.people, it.discord.world
        asked = await people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await until(lambda: world.posts(it.channel))
        again = {**asked, "guild_id": it.guild.id, "mentions": [world.bot.payload()]}
        await it.discord.gateway.dispatch("MESSAGE_CREATE", again, it.guild.id)
        interaction = await people.slash(it.channel, it.member, "paper", query="megalodon", private=True)
        told = {"id": "1", "name": "paper", "type": 1, "options": [{"name": "query", "type": 3, "value": "megalodon"}]}
        await it.discord.gateway.dispatch(
            "INTERACTION_CREATE", people.payload(interaction, it.channel, told), it.guild.id
        )
        await people.slash(it.channel, it.member, "digest", sub="help")
        assert len(world.posts(it.channel)) == 1
        assert len(interaction.messages) == 1


@asynchronous
async def test_a_second_replica_on_the_same_database_does_not_answer_a_mention_again() -> None:
    async with house() as it, serving(it.discord, seeds_host()):
        await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await until(lambda: it.discord.world.posts(it.channel))
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        assert len(answered.messages) == 1
        assert len([one for one in it.discord.world.posts(it.channel) if "message_reference" in one]) == 1


@asynchronous
async def test_a_wrong_token_ends_with_its_cure() -> None:
    async with FakeDiscord() as discord:
        with pytest.raises(CredentialsRefused, match="DISCORD_TOKEN"):
            async with serving(discord, seeds_host(), token="wrong"):
                pass


@asynchronous
async def test_message_content_that_was_not_granted_ends_with_its_cure() -> None:
    async with FakeDiscord() as discord:
        discord.gateway.content_allowed = False
        with pytest.raises(SettingsError, match="Message Content Intent"):
            async with serving(discord, seeds_host(), message_content=True):
                pass


@asynchronous
async def test_a_token_revoked_while_connected_ends_with_its_cure() -> None:
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        discord.world.add_channel(guild)
        adapter = DiscordAdapter(seeds_host(), settings(discord))
        serving_task = asyncio.create_task(adapter.serve())
        await until(lambda: adapter.connected)
        discord.world.token = "another"
        await discord.gateway.close(4004)
        with pytest.raises(CredentialsRefused, match="DISCORD_TOKEN"):
            await serving_task


@asynchronous
async def test_a_discord_that_is_down_at_the_start_is_waited_for() -> None:
    async with FakeDiscord() as discord:
        port = int(discord.api_url.split(":")[2].split("/")[0])
        given = settings(discord)
        await discord.stop()
        adapter_started = asyncio.Event()

        async def later() -> None:
            await adapter_started.wait()
            await asyncio.sleep(0.2)
            await discord.start(port)

        starting = asyncio.create_task(later())
        adapter_started.set()
        async with serving(discord, seeds_host(), api_url=given.api_url, gateway_url=given.gateway_url) as adapter:
            await starting
            await until(lambda: adapter.connected)
