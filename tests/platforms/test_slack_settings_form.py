"""A channel's settings as a form: filled with what holds, and only what somebody changed is set."""

import asyncio
import unicodedata
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.settings_form import settings_view, settings_words
from bot.commands import Typed
from bot.digest.options import read_options
from bot.model import Channel, ChannelAddress, ChannelOptions, Schedule, Style
from bot.storage.addressbook import StoredAddressbook
from bot.storage.engine import open_engine
from bot.words import Words
from tests.fakes.asynchronous import asynchronous
from tests.fakes.clock import FakeClock
from tests.fakes.digests import DigestLoop
from tests.fakes.slack.bot import Run
from tests.fakes.slack.limits import view_violations
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Json
from tests.fakes.waiting import until

ADDRESS = ChannelAddress("slack", "T1", "C1")
CHANNEL = Channel(
    1,
    ADDRESS,
    date(2024, 4, 17),
    Schedule(time(8, 30), "Europe/Berlin", (1, 2, 3, 4, 5)),
    language="both",
    style=Style.FULL,
    options=ChannelOptions(previews=True),
)
INITIAL = {"initial_time": "selected_time", "initial_option": "selected_option", "initial_options": "selected_options"}


def as_opened(view: Json) -> dict[str, dict[str, Any]]:
    """Return the fields as Slack submits them when nobody touches the form."""
    values = {}
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            filled = {given: element[name] for name, given in INITIAL.items() if name in element}
            if element["type"] == "checkboxes":
                filled = {"selected_options": []} | filled
            values[block["block_id"]] = {element["action_id"]: {"type": element["type"], **filled}}
    return values


def submitted(view: Json, **changed: Any) -> str:
    """Return what a form says once some fields are changed."""
    values = as_opened(view)
    for name, fields in changed.items():
        values[f"paperboy.{name}"] = {f"paperboy.{name}": fields}
    return settings_words({**view, "state": {"values": values}})


def opened(channel: Channel | None = CHANNEL, language: str = "en") -> Json:
    view = settings_view(Words(language), "{}", channel)
    assert list(view_violations(view)) == []
    return view


def test_every_field_holds_what_the_channel_has() -> None:
    values = as_opened(opened())
    assert values["paperboy.time"]["paperboy.time"]["selected_time"] == "08:30"
    assert values["paperboy.zone"]["paperboy.zone"]["selected_option"]["value"] == "Europe/Berlin"
    days = values["paperboy.days"]["paperboy.days"]["selected_options"]
    assert [day["value"] for day in days] == ["mon", "tue", "wed", "thu", "fri"]
    assert values["paperboy.language"]["paperboy.language"]["selected_option"]["value"] == "both"
    assert values["paperboy.style"]["paperboy.style"]["selected_option"]["value"] == "full"
    ticked = values["paperboy.switches"]["paperboy.switches"]["selected_options"]
    assert [one["value"] for one in ticked] == ["previews", "corrections"]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("channel", [CHANNEL, None])
def test_a_form_nobody_touched_changes_nothing(channel: Channel | None, language: str) -> None:
    assert submitted(opened(channel, language)) == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"time": {"selected_time": "07:00"}}, "at 07:00"),
        ({"zone": {"selected_option": {"value": "Asia/Seoul"}}}, "tz Asia/Seoul"),
        ({"days": {"selected_options": [{"value": "mon"}, {"value": "sun"}]}}, "on mon,sun"),
        ({"language": {"selected_option": {"value": "ko"}}}, "lang ko"),
        ({"style": {"selected_option": {"value": "compact"}}}, "style compact"),
        ({"switches": {"selected_options": []}}, "previews off corrections off"),
        (
            {"switches": {"selected_options": [{"value": name} for name in ("empty", "onthisday", "previews")]}},
            "empty post onthisday on corrections off",
        ),
        ({"time": {"selected_time": None}, "days": {"selected_options": []}}, ""),
    ],
)
def test_only_what_was_changed_is_said_and_the_grammar_reads_it(changed: dict[str, Any], said: str) -> None:
    assert submitted(opened(), **changed) == said
    if said:
        read_options(said)


@asynchronous
async def test_the_form_opens_filled_and_typing_survives_the_text_above_it(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.addressbook.configured[ADDRESS] = CHANNEL
        await bot.over_socket(bot.by().slash("/digest", "settings"))
        await until(lambda: bool(slack.asked("views.update")))
        await bot.quiet()
        first, second = (slack.asked(name)[0].arguments["view"] for name in ("views.open", "views.update"))
        assert as_opened(first) == as_opened(second)
        assert as_opened(first)["paperboy.time"]["paperboy.time"]["selected_time"] == "08:30"
        view = next(iter(slack.views.values()))
        values = as_opened(view) | {"paperboy.time": {"paperboy.time": {"selected_time": "10:00"}}}
        await bot.over_socket(bot.by().submit(view, values))
        await bot.quiet()
        assert bot.asked[-1].command == Typed("digest", "set at 10:00")
        await bot.over_socket(bot.by().submit(view, as_opened(view)))
        await bot.quiet()
        assert len(bot.asked) == 2
        assert slack.violations == []


@pytest.mark.parametrize("typed", ["settings", "설정"])
@asynchronous
async def test_the_form_opens_by_command_in_any_spelling_and_by_the_button_of_a_digest(
    run_slack: Run, typed: str
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/digest", unicodedata.normalize("NFD", typed)))
        await until(lambda: len(slack.views) == 1)
        await bot.over_socket(bot.by().press(f"digest {typed}"))
        await until(lambda: len(slack.views) == 2)
        await bot.quiet()
        assert {view["callback_id"] for view in slack.views.values()} == {"paperboy.settings"}
        assert bot.messages() == []


@asynchronous
async def test_a_database_that_takes_its_time_costs_the_values_not_the_form(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(address: ChannelAddress) -> Channel:
        await asyncio.sleep(60)
        return CHANNEL

    monkeypatch.setattr("adapters.slack.modals.FILLING_SECONDS", 0.05)
    async with FakeSlack() as slack, run_slack(slack) as bot:
        monkeypatch.setattr(bot.addressbook, "channel", never)
        await bot.over_socket(bot.by().slash("/digest", "settings"))
        await until(lambda: bool(slack.asked("views.update")))
        assert "initial" not in str(slack.asked("views.open")[0].arguments)


def test_the_addressbook_knows_what_a_channel_has(database: Path) -> None:
    loop = DigestLoop(open_engine(database), database.parent)
    loop.subscribe("#llm", ADDRESS, CHANNEL.schedule, style=Style.FULL)
    book = StoredAddressbook(loop.engine, FakeClock("2024-04-17T00:00"))
    known = asyncio.run(book.channel(ADDRESS))
    assert known is not None
    assert (known.schedule, known.style) == (CHANNEL.schedule, Style.FULL)
    assert asyncio.run(book.channel(ChannelAddress("slack", "T1", "C2"))) is None
    loop.engine.dispose()
