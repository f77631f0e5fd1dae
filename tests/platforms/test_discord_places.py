"""Where a digest goes: channels with threads and without, announcement channels, forums, threads themselves."""

from dataclasses import replace
from typing import cast

import pytest

from bot.commands import OpenEntry
from bot.errors import ChannelGone, NotSent, OutcomeUnknown
from bot.message import Action, Card, Reply
from bot.model import ChannelAddress
from bot.ports import Addressbook
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.bot import posting, seeds_host
from tests.fakes.discord.faults import Fault, How
from tests.fakes.discord.people import ink, items
from tests.fakes.discord.place import DIGEST, ID, PART, LateClock, place
from tests.fakes.discord.world import ANNOUNCEMENT, FORUM, PUBLIC_THREAD

THREADS = r"/channels/\d+/messages/\d+/threads"
POSTS = r"/channels/\d+/threads"


class Announcing:
    """An addressbook in which every channel wants its posts published."""

    async def crosspost_wanted(self, address: ChannelAddress) -> bool:
        return True


ANNOUNCING = cast("Addressbook", Announcing())


@asynchronous
async def test_full_notes_follow_in_a_thread_opened_once() -> None:
    async with place(minutes=5) as it:
        main = await it.post()
        first = await it.post(PART, thread=main)
        second = await it.post("dccc", thread=main)
        [thread] = it.discord.world.threads_of(it.channel)
        assert thread.id == main
        assert thread.name == "2024-04-17 · 1 note"
        assert [one["id"] for one in it.discord.world.posts(thread)] == [
            first.split("/")[1],
            second.split("/")[1],
        ]
        assert it.discord.count("POST", THREADS) == 1
        assert it.stored == 1
        assert await it.find(PART, thread=main) == first
        await it.adapter.edit(it.address, first, it.adapter.render(DIGEST)[0])
        assert "Megalodon" in ink(it.discord.world.posts(thread)[0])


@pytest.mark.parametrize(("language", "said"), [("ko", "노트 열기…"), ("en", "Open a note…"), (None, "Open a note…")])
@asynchronous
async def test_labels_speak_the_language_of_the_digest_and_not_of_the_installation(
    language: str | None, said: str
) -> None:
    async with place() as it:
        cards = tuple(Card(f"Note {n}", number=n, actions=(Action("→", OpenEntry(f"e{n}")),)) for n in range(1, 9))
        payload, *_ = it.adapter.render(Reply("a digest", cards=cards, language=language))
        await it.adapter.post(it.address, payload, ID, None)
        [message] = it.discord.world.posts(it.channel)
        assert [one["placeholder"] for one in items(message)] == [said]


@asynchronous
async def test_another_process_finds_the_thread_that_is_there() -> None:
    async with place() as it:
        main = await it.post()
        await it.post(PART, thread=main)
        async with posting(it.discord) as other:
            await other.post(it.address, it.adapter.render(DIGEST)[1], "dccc", main)
        [thread] = it.discord.world.threads_of(it.channel)
        assert len(it.discord.world.posts(thread)) == 2


@asynchronous
async def test_a_part_whose_thread_was_never_opened_is_surely_not_there() -> None:
    async with place(minutes=5) as it:
        main = await it.post()
        assert await it.find(PART, thread=main) is None


@asynchronous
async def test_without_the_right_to_open_threads_the_notes_follow_as_replies() -> None:
    async with place(minutes=5) as it:
        it.deny(allowed.CREATE_PUBLIC_THREADS)
        main = await it.post()
        part = await it.post(PART, thread=main)
        _, reply = it.discord.world.posts(it.channel)
        assert reply["id"] == part
        assert reply["message_reference"]["message_id"] == main
        await it.post("dccc", thread=main)
        # One refusal is enough to know.
        assert it.discord.count("POST", THREADS) == 1
        assert await it.find(PART, thread=main) == part


@asynchronous
async def test_a_message_deleted_before_its_thread_takes_the_notes_with_it() -> None:
    async with place() as it:
        main = await it.post()
        it.discord.world.messages[it.channel.id].clear()
        gone = await it.post(PART, thread=main)
        assert it.stored == 0
        assert it.discord.world.threads_of(it.channel) == []
        assert await it.find(PART, thread=gone) == gone


@asynchronous
async def test_in_a_thread_the_notes_follow_below() -> None:
    async with place() as it:
        thread = it.discord.world.add_channel(it.guild, type=PUBLIC_THREAD, parent_id=it.channel.id, archived=True)
        address = replace(it.address, channel=thread.id)
        message, part = it.adapter.render(DIGEST)
        main = await it.adapter.post(address, message, ID, None)
        await it.adapter.post(address, part, PART, main)
        assert len(it.discord.world.posts(thread)) == 2
        assert not thread.archived
        thread.archived = thread.locked = True
        with pytest.raises(ChannelGone):
            await it.adapter.post(address, message, "dccc", None)


@asynchronous
async def test_a_forum_gets_one_post_with_its_own_tags() -> None:
    tags = [{"id": "71", "name": "LLM", "moderated": False}, {"id": "72", "name": "vision", "moderated": False}]
    for one in tags:
        one |= {"emoji_id": None, "emoji_name": None}
    async with place(minutes=5, type=FORUM, tags=tags) as it:
        main = await it.post()
        [thread] = it.discord.world.threads_of(it.channel)
        assert thread.name == "2024-04-17 · 1 note"
        assert thread.applied_tags == ["71"]
        part = await it.post(PART, thread=main)
        assert len(it.discord.world.posts(thread)) == 2
        assert await it.find() == main
        assert await it.find(PART, thread=main) == part
        assert await it.find("dnothing") is None
        await it.adapter.edit(it.address, main, it.adapter.render(DIGEST)[1])
        assert "whole" in ink(it.discord.world.posts(thread)[0])


@asynchronous
async def test_a_forum_that_insists_on_a_tag_gets_one() -> None:
    tag = {"id": "71", "name": "news", "moderated": False, "emoji_id": None, "emoji_name": None}
    async with place(type=FORUM, tags=[tag], flags=1 << 4) as it:
        await it.post()
        assert it.discord.world.threads_of(it.channel)[0].applied_tags == ["71"]


def tag(identifier: str, name: str, *, moderated: bool = False) -> dict[str, object]:
    return {"id": identifier, "name": name, "moderated": moderated, "emoji_id": None, "emoji_name": None}


@asynchronous
async def test_a_moderated_tag_is_left_to_the_moderators() -> None:
    async with place(type=FORUM, tags=[tag("71", "llm", moderated=True), tag("72", "rl")]) as it:
        await it.post()
        assert it.discord.world.threads_of(it.channel)[0].applied_tags == ["72"]


@asynchronous
async def test_tags_that_changed_meanwhile_are_looked_at_again() -> None:
    async with place(type=FORUM, tags=[tag("71", "llm")]) as it:
        await it.post()
        it.channel.tags[:] = [tag("99", "llm")]
        with pytest.raises(NotSent):
            await it.post(PART)
        await it.post(PART)
        assert it.discord.world.threads_of(it.channel)[1].applied_tags == ["99"]


@asynchronous
async def test_a_forum_post_whose_answer_was_lost_is_found_not_doubled() -> None:
    async with place(type=FORUM) as it:
        it.fail(Fault("POST", POSTS, How.RESET, stored=True))
        with pytest.raises(OutcomeUnknown):
            await it.post()
        assert await it.find() == it.discord.world.threads_of(it.channel)[0].id
        it.fail(Fault("POST", POSTS, How.RESET))
        with pytest.raises(OutcomeUnknown):
            await it.post(PART)
        # Forum posts know no nonce: while an answer may still be under way, nobody can tell.
        with pytest.raises(OutcomeUnknown):
            await it.find(PART)


@asynchronous
async def test_a_forum_post_whose_first_message_is_gone_may_have_been_the_one() -> None:
    async with place(minutes=5, type=FORUM) as it:
        main = await it.post()
        it.discord.world.messages[main].clear()
        # Neither a second post, nor a channel that counts as closed.
        with pytest.raises(OutcomeUnknown):
            await it.find()
        other = await it.adapter.post(it.address, it.adapter.render(DIGEST)[0], "dccc", None)
        assert await it.adapter.find(it.address, "dccc", it.window, None) == other


@asynchronous
async def test_a_forum_post_that_was_archived_is_found() -> None:
    async with place(minutes=5, type=FORUM) as it:
        main = await it.post()
        it.discord.world.channels[main].archived = True
        assert await it.find() == main


@pytest.mark.parametrize("wanted", [True, False])
@asynchronous
async def test_announcements_are_published_where_that_is_wanted(wanted: bool) -> None:
    async with place(type=ANNOUNCEMENT) as it:
        host = seeds_host()
        book = ANNOUNCING if wanted else host.addressbook
        async with posting(it.discord, host=replace(host, addressbook=book)) as adapter:
            main = await adapter.post(it.address, adapter.render(DIGEST)[0], ID, None)
        assert it.discord.world.crossposted == ([main] if wanted else [])


@asynchronous
async def test_a_publication_that_fails_fails_nothing_and_is_made_good_by_the_look_up() -> None:
    async with place(type=ANNOUNCEMENT) as it:
        host = replace(seeds_host(), addressbook=ANNOUNCING, clock=LateClock(5))
        async with posting(it.discord, host=host) as adapter:
            it.fail(Fault("POST", r".*/crosspost", status=400, body={"code": 0, "message": "no"}))
            main = await adapter.post(it.address, adapter.render(DIGEST)[0], ID, None)
            assert it.discord.world.crossposted == []
            assert await adapter.find(it.address, ID, it.window, None) == main
        assert it.discord.world.crossposted == [main]
