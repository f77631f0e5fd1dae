"""`/paper` on Discord, from the keystroke to the answer, with the real discord.py over the fake."""

import asyncio

from bot.commands import FindLinked
from bot.message import Reply, Request
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import House, house, seeds_host, serving
from tests.fakes.discord.people import ink, items, labels
from tests.fakes.discord.world import BOT, Body
from tests.fakes.waiting import until

EPHEMERAL = 64


def posts(it: House) -> list[Body]:
    return it.discord.world.posts(it.channel)


@asynchronous
async def test_a_lookup_is_answered_in_the_channel_with_the_note() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        [message] = answered.messages
        assert "Megalodon: Efficient LLM Pretraining" in ink(message)
        assert "이전에 나왔던 Mega" in ink(message)
        assert not message["flags"] & EPHEMERAL
        assert {"Abstract", "Share to channel"} <= set(labels(message))
        assert answered.seconds < 3


@asynchronous
async def test_private_is_seen_by_the_asker_alone() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon", private=True)
        [message] = answered.messages
        assert message["flags"] & EPHEMERAL
        assert it.discord.world.posts(it.channel) == []


@asynchronous
async def test_type_ahead_offers_titles_whose_value_opens_the_note() -> None:
    async with house() as it:
        choices = await it.discord.people.complete(it.channel, it.member, "paper", "query", "mega")
        assert choices[0]["name"].startswith("Megalodon")
        assert "2024-04-17" in choices[0]["name"]
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query=choices[0]["value"])
        assert "Megalodon" in ink(answered.messages[0])


@asynchronous
async def test_who_types_does_not_wait_for_those_who_look_something_up() -> None:
    async with house() as it:
        people = it.discord.people
        lookups = [
            await people.type_slash(it.channel, it.member, "paper", query="megalodon", private=True) for _ in range(12)
        ]
        option = {"name": "query", "type": 3, "value": "mega", "focused": True}
        data = {"id": "1", "name": "paper", "type": 1, "options": [option]}
        typed = await people.interact(it.channel, it.member, 4, data)
        await until(lambda: all(one.answered_at is not None for one in (typed, *lookups)))
        answered = [one.answered_at or 0.0 for one in lookups]
        assert (typed.answered_at or 0.0) < max(answered)


@asynchronous
async def test_a_word_that_looks_like_an_entry_id_is_looked_up() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="encyclopedias")
        assert "encyclopedias" in ink(answered.messages[0])


@asynchronous
async def test_filters_given_as_options_narrow_the_lookup() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(
            it.channel, it.member, "paper", query="language", **{"from": "2024-04-17", "to": "2024-04-17"}
        )
        assert "2024-04-17" in ink(answered.messages[0])
        assert "2023" not in ink(answered.messages[0])


@asynchronous
async def test_author_and_tags_given_as_options_narrow_the_lookup() -> None:
    async with house() as it:
        people = it.discord.people
        by_author = await people.slash(it.channel, it.member, "paper", query="state", author="William Merrill")
        assert "Illusion of State" in ink(by_author.messages[0])
        assert "Megalodon" not in ink(by_author.messages[0]).split("Related")[0]
        tagged = await people.slash(it.channel, it.member, "paper", query="language", tags="llm, multilingual")
        assert "Sabiá" in ink(tagged.messages[0])
        assert "Megalodon" not in ink(tagged.messages[0])


@asynchronous
async def test_a_flood_of_mentions_is_met_with_silence_and_others_are_answered() -> None:
    async with house() as it:
        for _ in range(20):
            await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        asked = await it.discord.people.say(it.channel, it.manager, f"<@{BOT}> megalodon")
        # Answers come in any order: the manager's may be there before those of the flood.
        await until(lambda: asked["id"] in {one["message_reference"]["message_id"] for one in posts(it)})
        await until(lambda: len(posts(it)) >= 12)
        assert len(posts(it)) <= 15


@asynchronous
async def test_buttons_work_after_a_restart() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="megalodon")
        message = answered.messages[0]
        await it.adapter.close()
        async with serving(it.discord, seeds_host()):
            pressed = await it.discord.people.press(it.channel, it.member, message, "Abstract")
            assert "Abstract" in ink(pressed.messages[0])
            assert pressed.messages[0]["flags"] & EPHEMERAL
            shared = await it.discord.people.press(it.channel, it.member, message, "Share to channel")
            assert "Shared by @Ada" in ink(shared.messages[0])
            assert not shared.messages[0]["flags"] & EPHEMERAL


@asynchronous
async def test_several_matches_are_a_list_that_opens() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "paper", query="#llm")
        message = answered.messages[0]
        assert "1." in ink(message)
        opened = await it.discord.people.press(it.channel, it.member, message, "Open 2")
        assert opened.messages[0]["embeds"][0]["title"]
        more = await it.discord.people.press(it.channel, it.member, message, "More matches")
        assert "6." in ink(more.messages[0])


@asynchronous
async def test_korean_readers_are_answered_in_korean() -> None:
    async with house() as it:
        reader = it.discord.world.add_user(name="min", locale="ko")
        answered = await it.discord.people.slash(it.channel, reader, "paper", query="없는말입니다정말")
        assert "없" in ink(answered.messages[0]).replace("없는말입니다정말", "")


@asynchronous
async def test_a_mention_is_answered_by_a_reply_and_pings_nobody() -> None:
    async with house() as it:
        asked = await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await until(lambda: it.discord.world.posts(it.channel))
        [post] = it.discord.world.posts(it.channel)
        assert post["message_reference"]["message_id"] == asked["id"]
        assert "Megalodon" in ink(post)


@asynchronous
async def test_a_direct_message_needs_no_mention() -> None:
    async with house() as it:
        conversation = it.discord.world.add_channel(None, type=1, name="dm")
        await it.discord.people.say(conversation, it.member, "megalodon")
        await until(lambda: it.discord.world.posts(conversation))
        assert "Megalodon" in ink(it.discord.world.posts(conversation)[0])


@asynchronous
async def test_find_the_note_reads_the_links_of_a_message() -> None:
    asked: list[Request] = []

    async def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply("found")

    async with house(answer) as it:
        embed = {"type": "link", "url": "https://arxiv.org/abs/2209.10655", "title": "Mega"}
        text = {"content": "look: https://arxiv.org/abs/2404.08801", "embeds": [embed]}
        said = it.discord.world.message(it.channel, it.member, text)
        answered = await it.discord.people.context(it.channel, it.member, "Find the note", said)
        assert answered.messages[0]["flags"] & EPHEMERAL
        [request] = asked
        assert isinstance(request.command, FindLinked)
        assert "2404.08801" in request.command.text
        assert "2209.10655" in request.command.text


@asynchronous
async def test_what_is_not_for_the_bot_is_left_alone() -> None:
    async with house() as it:
        other = it.discord.world.add_user(name="robot", bot=True)
        await it.discord.people.say(it.channel, it.member, "megalodon")
        await it.discord.people.say(it.channel, other, f"<@{BOT}> megalodon")
        # Whatever comes after these two is heard after them.
        await it.discord.people.say(it.channel, it.member, f"<@{BOT}> megalodon")
        await until(lambda: it.discord.world.posts(it.channel))
        await asyncio.sleep(0)
        assert len(it.discord.world.posts(it.channel)) == 1


@asynchronous
async def test_every_component_fits_and_carries_its_state() -> None:
    async with house() as it:
        answered = await it.discord.people.slash(it.channel, it.member, "digest", sub="show", date="2024-04-17")
        message = answered.messages[0]
        carried = [one["custom_id"] for one in items(message)]
        assert carried
        assert all(len(one) <= 100 for one in carried)
