"""Where answers go: to the reader or the channel, within the response URL's allowance, never twice, never lost."""

import pytest

from bot.commands import ShareEntry, Typed
from bot.message import Block, BlockRole, Card, Reply, Request, Visibility
from bot.richtext import Text
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Run
from tests.fakes.slack.faults import Fault, Refusal, Reset, Slow, Status, TooMany, Trouble
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Room
from tests.fakes.waiting import until


def long_reply(sections: int, visibility: Visibility = Visibility.PRIVATE) -> Reply:
    paragraphs = [f"Paragraph {number}. " + "word " * 550 for number in range(sections)]
    blocks = tuple(Block(BlockRole.PARAGRAPH, (Text(paragraph),)) for paragraph in paragraphs)
    return Reply("long", cards=(Card("Long", blocks=blocks),), visibility=visibility)


async def private_handle(request: Request) -> Reply:
    return long_reply(30)


async def public_handle(request: Request) -> Reply:
    return long_reply(10, Visibility.PUBLIC)


@asynchronous
async def test_a_long_private_answer_goes_on_after_the_response_url_is_spent(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=private_handle) as bot:
        await bot.over_socket(bot.by().slash("/paper", "long"))
        await bot.quiet()
        messages = bot.messages()
        assert len(messages) == 8
        assert {message.seen_by for message in messages} == {"U1"}
        assert len(slack.asked("chat.postEphemeral")) == 3
        shown = "".join(message.shown() for message in messages)
        assert [shown.count(f"Paragraph {number}. ") for number in range(30)] == [1] * 30
        assert slack.violations == []


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("private", [True, False])
@asynchronous
async def test_where_the_bot_is_a_guest_the_rest_comes_in_a_direct_message(
    run_slack: Run, visibility: Visibility, private: bool
) -> None:
    async def long(request: Request) -> Reply:
        return long_reply(30, visibility)

    async with FakeSlack() as slack, run_slack(slack, handle=long) as bot:
        bot.team.rooms["C1"].bot_is_in, bot.team.rooms["C1"].private = False, private
        await bot.over_socket(bot.by().slash("/paper", "! long"))
        await bot.quiet()
        why, *rest = bot.messages("D1")
        assert "/invite @paperboy" in why.shown()
        assert [len(bot.messages("C1")), len(rest)] == [5, 3]
        shown = "".join(message.shown() for message in [*bot.messages("C1"), *rest])
        assert [shown.count(f"Paragraph {number}. ") for number in range(30)] == [1] * 30
        assert slack.violations == []


@asynchronous
async def test_a_slow_profile_keeps_nobody_waiting(run_slack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.people.PATIENCE_SECONDS", 0.1)
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("users.info", Slow(5)))
        await bot.over_socket(bot.by("U2").slash("/paper", "megalodon"))
        await bot.message()
        assert bot.asked[0].language == "en"


@asynchronous
async def test_an_answer_after_half_an_hour_takes_another_way(run_slack: Run) -> None:
    async with FakeSlack() as slack:

        async def slow(request: Request) -> Reply:
            slack.turned += 31 * 60
            return Reply("late")

        async with run_slack(slack, handle=slow) as bot:
            await bot.over_socket(bot.by().slash("/paper", "x"))
            assert (await bot.message()).seen_by == "U1"
            assert len(slack.asked("chat.postEphemeral")) == 1


@asynchronous
async def test_a_response_url_that_slack_refuses_is_given_up(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=private_handle) as bot:
        payload = bot.by().slash("/paper", "x")
        slack.response_urls.clear()
        await bot.over_socket(payload)
        await bot.quiet()
        assert len(bot.messages()) == 8
        assert len(slack.asked("chat.postEphemeral")) == 8


@asynchronous
async def test_a_response_url_that_breaks_gives_way_for_the_reader_and_is_left_alone_in_public(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("response_url", Reset()))
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        assert (await bot.message()).seen_by == "U1"
        assert len(slack.asked("chat.postEphemeral")) == 1
        bot.team.rooms["C2"].bot_is_in = False
        slack.faults.append(Fault("response_url", Reset()))
        await bot.over_socket(bot.by(channel="C2").slash("/paper", "! megalodon"))
        await bot.quiet()
        assert slack.faults[-1].times == 0
        assert bot.messages("C2") == []


@asynchronous
async def test_a_public_answer_goes_on_in_its_thread(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=public_handle) as bot:
        await bot.over_socket(bot.by().slash("/paper", "! long"))
        await bot.quiet()
        first, *rest = bot.messages()
        assert first.seen_by is None
        assert first.thread_ts is None
        assert len(rest) == 2
        assert {message.thread_ts for message in rest} == {first.ts}


@asynchronous
async def test_where_the_bot_is_a_guest_the_response_url_answers_in_public(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, handle=public_handle) as bot:
        bot.team.rooms["C1"].bot_is_in = False
        await bot.over_socket(bot.by().slash("/paper", "! long"))
        await bot.quiet()
        assert [message.seen_by for message in bot.messages()] == [None] * 3


@asynchronous
async def test_who_is_asked_to_wait_waits_and_answers_once(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("chat.postMessage", TooMany(1)))
        await bot.over_socket(bot.by().mention("megalodon"))
        await bot.message()
        await bot.quiet()
        assert len(bot.messages()) == 1


@pytest.mark.parametrize("trouble", [Status(503), Reset(), Refusal("internal_error")], ids=str)
@asynchronous
async def test_a_public_answer_whose_fate_is_unknown_is_not_sent_again(run_slack: Run, trouble: Trouble) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("chat.postMessage", trouble, after=True))
        await bot.over_socket(bot.by().mention("megalodon"))
        await until(lambda: len(slack.asked("chat.postMessage")) == 1)
        await bot.quiet()
        assert len(bot.messages()) == 1


@asynchronous
async def test_sharing_puts_the_note_in_the_channel_with_a_name(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        private = await bot.message()
        share = button(private.blocks, "share ")
        await bot.over_socket(bot.by("U2").press(share))
        shared = await bot.message(2)
        assert shared.seen_by is None
        assert "@lee" in shared.shown()
        assert isinstance(bot.asked[-1].command, ShareEntry)
        assert slack.violations == []


@asynchronous
async def test_what_everybody_sees_already_does_not_offer_to_be_shared(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        share = button((await bot.message()).blocks, "share ")
        await bot.over_socket(bot.by().press(share))
        await bot.over_socket(bot.by().mention("megalodon"))
        bot.team.rooms["D1"] = Room("D1")
        await bot.over_socket(bot.by(channel="D1").direct("megalodon"))
        for message in (await bot.message(2), await bot.message(3), await bot.message(channel="D1")):
            assert "Megalodon" in message.shown()
            assert "'share " not in str(message.blocks)
            assert "'abstract " in str(message.blocks)


@asynchronous
async def test_a_button_pressed_in_a_thread_is_answered_there(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        share = button((await bot.message()).blocks, "share ")
        await bot.over_socket(bot.by().press(share, thread_ts="1700000000.000009"))
        assert (await bot.message(2)).thread_ts == "1700000000.000009"


@asynchronous
async def test_buttons_of_last_year_and_of_another_process_still_work(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().press("paper megalodon", message_ts="1600000000.000001"))
        assert "Megalodon" in (await bot.message()).shown()


@asynchronous
async def test_an_answer_in_a_direct_message_needs_no_mention(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        direct = bot.by(channel="D1")
        bot.team.rooms["D1"] = type(bot.team.rooms["C1"])("D1", name="directmessage")
        await bot.over_socket(direct.direct("megalodon"))
        answer = await bot.message(channel="D1")
        assert answer.thread_ts is None
        assert answer.seen_by is None
        assert "Megalodon" in answer.shown()
        await bot.over_socket(direct.direct("digest 2024-13-99"))
        assert "is not a date" in (await bot.message(2, channel="D1")).shown()


@asynchronous
async def test_find_the_note_reads_the_links_of_a_message(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().shortcut("look: <https://arxiv.org/abs/2304.08109v1|this one>"))
        answer = await bot.message()
        assert answer.seen_by == "U1"
        assert "A Comparative Study" in answer.shown()


@asynchronous
async def test_the_reader_is_answered_in_their_language_and_the_channel_in_its_own(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by("U2").slash("/paper", "megalodon"))
        await bot.message()
        await bot.over_socket(bot.by("U2").slash("/paper", "megalodon"))
        await bot.message(2)
        assert [request.language for request in bot.asked] == ["ko", "ko"]
        assert len(slack.asked("users.info")) == 1
        bot.addressbook.languages[bot.asked[0].address] = "en"
        await bot.over_socket(bot.by("U2").mention("megalodon"))
        await bot.message(3)
        assert bot.asked[-1].language == "en"
        assert bot.asked[-1].command == Typed("mention", "megalodon")


@asynchronous
async def test_a_tag_that_is_also_a_channel_is_read_by_its_name(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.team.rooms["C0000007"] = Room("C0000007", name="llm")
        await bot.over_socket(bot.by().mention("digest today <#C0000007|> <#C0000008> <#C0000009|rl>"))
        await bot.message()
        assert bot.asked[0].command == Typed("mention", "digest today #llm #C0000008 #rl")


@asynchronous
async def test_a_profile_slack_will_not_tell_is_made_up(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("users.info", Status(500), times=5))
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        await bot.message()
        assert bot.asked[0].person.name == "kim"
        assert bot.asked[0].language == "en"


@asynchronous
async def test_only_admins_may_change_rules_where_that_is_set(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, settings={"admins_only": True}) as bot:
        for user in ("U1", "UA"):
            await bot.over_socket(bot.by(user).slash("/digest", "today"))
        await bot.message(2)
        may = {request.person.id: request.person.may_manage for request in bot.asked}
        assert may == {"U1": False, "UA": True}
        assert {str(request.person.right) for request in bot.asked} == {"the rights of a workspace admin"}


@asynchronous
async def test_a_public_channel_that_subscribes_is_entered_and_a_private_one_is_asked_for(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.team.rooms["C1"].bot_is_in = False
        await bot.over_socket(bot.by().slash("/digest", "subscribe #llm"))
        await until(lambda: len(bot.asked) == 1)
        assert bot.team.rooms["C1"].bot_is_in
        bot.team.rooms["C2"].bot_is_in, bot.team.rooms["C2"].private = False, True
        await bot.over_socket(bot.by(channel="C2").slash("/digest", "구독 #llm"))
        assert "/invite @paperboy" in (await bot.message(channel="C2")).shown()
        assert "`/digest 구독 #llm`" in bot.messages("C2")[0].shown()
        await bot.quiet()
        assert len(bot.asked) == 1


def button(blocks: list[dict[str, object]], start: str) -> str:
    """Return the value of the button whose value starts like this."""
    for block in blocks:
        elements = block.get("elements") or [block.get("accessory")]
        assert isinstance(elements, list)
        for element in elements:
            if element and str(element.get("value", "")).startswith(start):
                return str(element["value"])
    raise AssertionError(f"no button for {start}")
