"""The search box of the Home tab: a chosen note opens in a modal and is read on in place."""

from bot.commands import OpenEntry
from bot.message import Block, BlockRole, Card, Reply, Request
from bot.richtext import Text
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Bot, Run
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Json, texts
from tests.fakes.waiting import until

SELECT = "paperboy.entry.home"
HOME = {"id": "V0", "type": "home"}


async def choose(bot: Bot, typed: str = "megalodon") -> Json:
    """Type in the search box and choose the first note, as Slack tells of it."""
    asked = await bot.over_socket(bot.by().suggest(typed, action_id=SELECT))
    assert asked.answer is not None
    chosen = bot.by().press_in_view("", action_id=SELECT, block_id="search", view=HOME)
    chosen["actions"][0] |= {"type": "external_select", "selected_option": asked.answer["options"][0]}
    del chosen["actions"][0]["value"]
    return chosen


def shown(view: Json) -> str:
    return "\n".join(texts(view["blocks"]))


def code(view: Json, kind: str) -> tuple[str, str]:
    """Return the action and the value of the first button of a kind."""
    elements = [element for block in view["blocks"] for element in block.get("elements", [])]
    return next((one["action_id"], one["value"]) for one in elements if str(one.get("value", "")).startswith(kind))


@asynchronous
async def test_a_note_chosen_on_home_is_read_in_a_modal_page_after_page(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(await choose(bot))
        await until(lambda: bool(slack.views))
        await bot.quiet()
        ((view_id, view),) = slack.views.items()
        assert "Megalodon" in shown(view)
        assert "'share " not in str(view)
        for kind, expected in (("abstract ", "quadratic complexity"), ("open ", "이전에 나왔던 Mega")):
            action, value = code(slack.views[view_id], kind)
            page = slack.views[view_id] | {"type": "modal"}
            await bot.over_socket(bot.by().press_in_view(value, action_id=action, block_id="b", view=page))
            await bot.quiet()
            assert expected in shown(slack.views[view_id])
        assert list(slack.views) == [view_id]
        assert "D1" not in bot.team.rooms
        assert slack.violations == []


@asynchronous
async def test_a_note_whose_modal_cannot_open_or_was_closed_comes_as_a_direct_message(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        chosen = await choose(bot)
        slack.triggers.clear()
        await bot.over_socket(chosen)
        assert "Megalodon" in (await bot.message(channel="D1")).shown()
        assert isinstance(bot.asked[-1].command, OpenEntry)
        closed = {"id": "V99", "type": "modal", "callback_id": "paperboy.reading"}
        value = f"abstract {bot.asked[-1].command.entry_id}"
        await bot.over_socket(bot.by().press_in_view(value, action_id="paperboy.card.0", block_id="b", view=closed))
        assert "quadratic complexity" in (await bot.message(2, channel="D1")).shown()


@asynchronous
async def test_a_note_too_long_for_a_modal_comes_whole_as_direct_messages(run_slack: Run) -> None:
    async def long(request: Request) -> Reply:
        lines = tuple(Block(BlockRole.PARAGRAPH, (Text(f"line {number}"),)) for number in range(150))
        return Reply("long", cards=(Card("Long", blocks=lines),))

    async with FakeSlack() as slack, run_slack(slack, handle=long) as bot:
        await bot.over_socket(await choose(bot))
        await bot.message(channel="D1")
        await bot.quiet()
        assert slack.views == {}
        read = "\n".join(message.shown() for message in bot.messages("D1"))
        assert [f"line {number}" for number in range(150)] == [line for line in read.split("\n") if "line" in line]
