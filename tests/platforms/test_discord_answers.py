"""Answers come within three seconds whatever the core does, once, and elsewhere where Discord takes none any more."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from adapters.discord import answers
from bot.message import Card, Outcome, Reply, Request, Visibility
from bot.model import Label
from bot.ports import Suggestions
from bot.richtext import Text
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import house, seeds_host
from tests.fakes.discord.faults import Fault, How
from tests.fakes.discord.people import ink, labels
from tests.fakes.waiting import until

EPHEMERAL = 64
CALLBACK = r"/interactions/\d+/[^/]+/callback"
HOOK = r"/webhooks/\d+/[^/]+"
LONG = Reply(
    "long",
    cards=tuple(Card(f"Title {number}", caption=(Text("word " * 700),)) for number in range(4)),
    visibility=Visibility.PUBLIC,
)


class Slow:
    """Answer when told to."""

    def __init__(self, visibility: Visibility) -> None:
        self.go = asyncio.Event()
        self._visibility = visibility

    async def __call__(self, request: Request) -> Reply:
        await self.go.wait()
        return Reply("at last", visibility=self._visibility)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "DEFER_AFTER", 0.05)


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("visibility", list(Visibility))
@asynchronous
async def test_a_slow_answer_is_deferred_and_still_seen_by_whom_it_is_meant_for(
    private: bool, visibility: Visibility
) -> None:
    slow = Slow(visibility)
    async with house(slow) as it:
        interaction = await it.discord.people.type_slash(it.channel, it.member, "paper", query="x", private=private)
        await until(lambda: interaction.kind == 5)
        slow.go.set()
        await until(lambda: interaction.messages)
        [message] = interaction.messages
        assert "at last" in ink(message)
        assert bool(message["flags"] & EPHEMERAL) == (visibility is Visibility.PRIVATE)
        assert not interaction.deferred


@asynchronous
async def test_an_answer_after_fifteen_minutes_goes_to_the_channel_or_to_the_person() -> None:
    slow = Slow(Visibility.PUBLIC)
    async with house(slow) as it:
        interaction = await it.discord.people.type_slash(it.channel, it.member, "paper", query="x")
        await until(lambda: interaction.kind == 5)
        it.discord.callbacks.token_lives = 0.0
        slow.go.set()
        await until(lambda: it.discord.world.posts(it.channel))
        assert "at last" in ink(it.discord.world.posts(it.channel)[0])
    alone = Slow(Visibility.PRIVATE)
    async with house(alone) as it:
        interaction = await it.discord.people.type_slash(it.channel, it.member, "paper", query="x", private=True)
        await until(lambda: interaction.kind == 5)
        it.discord.callbacks.token_lives = 0.0
        alone.go.set()
        await until(lambda: it.discord.count("POST", "/users/@me/channels"))
        await until(lambda: it.discord.count("POST", r"/channels/\d+/messages"))
        assert it.discord.world.posts(it.channel) == []


@asynchronous
async def test_an_interaction_that_came_too_late_is_answered_in_the_channel() -> None:
    async def answer(request: Request) -> Reply:
        return Reply("here", visibility=Visibility.PUBLIC)

    async with house(answer) as it:
        it.discord.callbacks.first_answer_within = -1.0
        await it.discord.people.type_slash(it.channel, it.member, "paper", query="x")
        await until(lambda: it.discord.world.posts(it.channel))
        assert "here" in ink(it.discord.world.posts(it.channel)[0])


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("how", [How.RESET, How.STATUS])
@asynchronous
async def test_a_torn_answer_is_given_once(stored: bool, how: How) -> None:
    async with house() as it:
        it.discord.faults.append(Fault("POST", CALLBACK, how, status=502, stored=stored))
        interaction = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        await it.discord.people.slash(it.channel, it.member, "digest", sub="help")
        assert len(interaction.messages) == 1
        assert len(it.discord.world.posts(it.channel)) == 1


@asynchronous
async def test_a_late_completion_is_silent(caplog: pytest.LogCaptureFixture) -> None:
    async with house() as it:
        it.discord.callbacks.first_answer_within = -1.0
        data: dict[str, object] = {"id": "1", "name": "paper", "type": 1}
        data["options"] = [{"name": "query", "type": 3, "value": "mega", "focused": True}]
        await it.discord.people.interact(it.channel, it.member, 4, data)
        await until(lambda: it.discord.count("POST", CALLBACK))
        it.discord.callbacks.first_answer_within = 30.0
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        assert answered.messages
    assert [one for one in caplog.records if one.levelname in ("WARNING", "ERROR")] == []


@asynchronous
async def test_a_completion_that_fails_offers_nothing_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    class Failing:
        def entries(self, text: str, limit: int) -> list[Label]:
            raise RuntimeError("no index today")

    host = replace(seeds_host(), suggestions=cast("Suggestions", Failing()))
    async with house(host=host) as it:
        assert await it.discord.people.complete(it.channel, it.member, "paper", "query", "mega") == []
    [line] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "could be offered" in line.getMessage()
    # What is typed is nobody's business but its writer's.
    assert "mega" not in line.getMessage()


@asynchronous
async def test_a_long_answer_goes_on_behind_a_button() -> None:
    async def answer(request: Request) -> Reply:
        return LONG

    async with house(answer) as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="x")
        [message] = shown.messages
        pages = [message]
        while "Continue" in str(labels(pages[-1])):
            following = await it.discord.people.press(it.channel, it.member, pages[-1], "Continue")
            pages += following.messages
        titles = [embed["title"] for page in pages for embed in page["embeds"] if embed.get("title")]
        assert titles == [f"Title {number}" for number in range(4)]
        assert sum(ink(page).count("word") for page in pages) == 2800
        assert all(page["flags"] & EPHEMERAL for page in pages[1:])
        assert len(it.discord.world.posts(it.channel)) == 1


@asynchronous
async def test_a_long_answer_no_button_can_ask_for_again_comes_whole() -> None:
    async def answer(request: Request) -> Reply:
        return LONG

    async with house(answer) as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="x" * 200)
        await until(lambda: sum(ink(message).count("word") for message in shown.messages) == 2800)
        assert len(shown.messages) > 1


@asynchronous
async def test_a_page_that_is_no_longer_there_says_so() -> None:
    async def answer(request: Request) -> Reply:
        return Reply("short")

    async with house(answer) as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="x")
        pressed = await it.discord.people.forge(it.channel, it.member, shown.messages[0], "pp7:paper x")
        assert "no longer there" in ink(pressed.messages[0])


@asynchronous
async def test_a_crash_in_the_core_is_a_kind_sentence() -> None:
    async def answer(request: Request) -> Reply:
        return Reply("Something went wrong on my side (ref 7F3A).", outcome=Outcome.FAILED)

    async with house(answer) as it:
        shown = await it.discord.people.slash(it.channel, it.member, "paper", query="x")
        assert "7F3A" in ink(shown.messages[0])


@asynchronous
async def test_a_flood_by_one_is_answered_politely_and_costs_others_nothing() -> None:
    async with house() as it:
        people = it.discord.people
        flood = [await people.type_slash(it.channel, it.member, "paper", query="megalodon") for _ in range(30)]
        other = await people.slash(it.channel, it.manager, "paper", query="megalodon")
        assert "Megalodon" in ink(other.messages[0])
        await until(lambda: all(one.messages for one in flood))
        polite = [one for one in flood if "a lot at once" in ink(one.messages[0])]
        assert 10 <= len(polite) <= 20
        assert all(one.messages[0]["flags"] & EPHEMERAL for one in polite)


def test_the_wait_before_deferring_leaves_discord_s_three_seconds_time() -> None:
    assert timedelta(seconds=answers.DEFER_AFTER) < timedelta(seconds=2)
