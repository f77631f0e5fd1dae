"""A forum is subscribed from any of its posts, since nobody can write in the forum itself."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.model import ChannelAddress
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import MANAGER, seeds_core, seeds_host, serving
from tests.fakes.discord.people import People, ink
from tests.fakes.discord.permissions import Overwrite
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.world import BOT, FORUM, PUBLIC_THREAD, Channel, Guild, User
from tests.fakes.waiting import until


@dataclass(frozen=True)
class Board:
    """A forum with two posts, and a bot that answers."""

    discord: FakeDiscord
    guild: Guild
    forum: Channel
    post: Channel
    other_post: Channel
    manager: User

    @property
    def people(self) -> People:
        return self.discord.people

    async def subscribed(self) -> str:
        answered = await self.people.slash(self.post, self.manager, "digest", sub="subscribe", tags="llm")
        return ink(answered.messages[0])


@asynccontextmanager
async def board() -> AsyncIterator[Board]:
    async with FakeDiscord() as discord:
        world = discord.world
        guild = world.add_guild()
        forum = world.add_channel(guild, type=FORUM, name="papers")
        first = world.add_channel(guild, type=PUBLIC_THREAD, parent_id=forum.id, name="a question")
        second = world.add_channel(guild, type=PUBLIC_THREAD, parent_id=forum.id, name="another")
        async with serving(discord, seeds_host()):
            yield Board(discord, guild, forum, first, second, world.add_user(name="kim", permissions=MANAGER))
        assert discord.objections == []


def addresses(it: Board) -> list[str]:
    store = seeds_core().digest_store
    channels = (it.forum, it.post, it.other_post)
    return [one.id for one in channels if store.channel(ChannelAddress("discord", it.guild.id, one.id)) is not None]


@asynchronous
async def test_a_post_s_rule_is_the_forum_s() -> None:
    async with board() as it:
        assert "subscribed this channel to #llm" in await it.subscribed()
        assert addresses(it) == [it.forum.id]
        listed = await it.people.slash(it.other_post, it.manager, "digest", sub="list")
        assert "#llm" in ink(listed.messages[0])
        await it.people.say(it.other_post, it.manager, f"<@{BOT}> digest list")
        await until(lambda: it.discord.world.posts(it.other_post))
        [answer] = [one for one in it.discord.world.posts(it.other_post) if "message_reference" in one]
        assert "#llm" in ink(answer)


@asynchronous
async def test_the_right_to_open_posts_is_asked_for() -> None:
    async with board() as it:
        it.forum.overwrites.append(Overwrite(it.guild.bot_role, 0, deny=allowed.SEND_MESSAGES))
        assert "Grant me Send Messages here" in await it.subscribed()
        assert addresses(it) == []
        # Answering in a post needs less.
        await it.people.say(it.post, it.manager, f"<@{BOT}> megalodon")
        await until(lambda: it.discord.world.posts(it.post))
        assert "Megalodon" in ink(it.discord.world.posts(it.post)[0])


@asynchronous
async def test_a_thread_elsewhere_has_a_rule_of_its_own() -> None:
    async with FakeDiscord() as discord:
        guild = discord.world.add_guild()
        channel = discord.world.add_channel(guild)
        thread = discord.world.add_channel(guild, type=PUBLIC_THREAD, parent_id=channel.id)
        manager = discord.world.add_user(name="kim", permissions=MANAGER)
        async with serving(discord, seeds_host()):
            await discord.people.slash(thread, manager, "digest", sub="subscribe", tags="llm")
            store = seeds_core().digest_store
            assert store.channel(ChannelAddress("discord", guild.id, thread.id)) is not None
            assert store.channel(ChannelAddress("discord", guild.id, channel.id)) is None
