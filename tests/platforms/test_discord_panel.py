"""The settings panel shows what a channel has, and sets what a person changed of it and nothing else."""

from datetime import date, time

import pytest

from adapters.discord.draft import Draft
from adapters.discord.panel import schedule_form, submitted, with_panel
from bot.commands import Typed
from bot.model import Channel, ChannelAddress, Schedule
from bot.words import Words
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord.bot import House, house
from tests.fakes.discord.people import ink, items
from tests.fakes.discord.world import Interaction, User
from tests.fakes.waiting import until

EN = Words("en")
WITH = {"tags": "llm", "at": "08:30", "timezone": "Europe/Berlin", "days": "mon-fri", "language": "en"}


async def panel(it: House, user: User | None = None) -> Interaction:
    return await it.discord.people.slash(it.channel, user or it.manager, "digest", sub="settings")


def shown(interaction: Interaction) -> dict[str, list[str]]:
    """Return what each select of a panel shows as chosen."""
    selects = [one for one in items(interaction.messages[0]) if one["type"] == 3]
    return {one["custom_id"]: [each["value"] for each in one["options"] if each.get("default")] for one in selects}


@asynchronous
async def test_selects_and_form_show_what_holds_now() -> None:
    async with house() as it:
        people = it.discord.people
        await people.slash(it.channel, it.manager, "digest", sub="subscribe", **WITH)
        await people.slash(it.channel, it.manager, "digest", sub="set", previews="on", style="full")
        opened = await panel(it)
        assert shown(opened) == {
            "ps:on": ["digest set on mon-fri"],
            "ps:lang": ["digest set lang en"],
            "ps:style": ["digest set style full"],
            "ps:switches": ["previews", "corrections"],
        }
        form = await people.press(it.channel, it.manager, opened.messages[0], "Time, zone and days")
        assert form.modal is not None
        filled = {one["component"]["custom_id"]: one["component"]["value"] for one in form.modal["components"]}
        assert filled == {"at": "08:30", "tz": "Europe/Berlin", "on": "mon-fri"}


@asynchronous
async def test_only_what_a_person_changed_in_the_form_is_set() -> None:
    async with house() as it:
        people = it.discord.people
        await people.slash(it.channel, it.manager, "digest", sub="subscribe", **WITH)
        form = await people.press(it.channel, it.manager, (await panel(it)).messages[0], "Time, zone and days")
        assert form.modal is not None
        as_shown = {"at": "08:30", "tz": "Europe/Berlin", "on": "mon-fri"}
        untouched = await people.submit(it.channel, it.manager, form.modal, as_shown)
        assert "Nothing was changed" in ink(untouched.messages[0])
        # Somebody else moves the zone while the form is open.
        await people.slash(it.channel, it.manager, "digest", sub="set", timezone="Asia/Tokyo")
        await people.submit(it.channel, it.manager, form.modal, {**as_shown, "at": "10:15"})
        assert "10:15 Asia/Tokyo" in ink((await panel(it)).messages[0])


@asynchronous
async def test_switches_are_set_as_they_are_shown() -> None:
    async with house() as it:
        people = it.discord.people
        await people.slash(it.channel, it.manager, "digest", sub="subscribe", **WITH)
        message = (await panel(it)).messages[0]
        for chosen in (["empty", "onthisday"], [], ["previews", "empty", "onthisday", "crosspost", "corrections"]):
            answered = await people.choose_all(it.channel, it.manager, message, "ps:switches", chosen)
            assert "changed this channel's settings" in ink(answered.messages[0])
            assert shown(await panel(it))["ps:switches"] == [
                name for name in ("previews", "empty", "onthisday", "crosspost", "corrections") if name in chosen
            ]


@asynchronous
async def test_a_form_that_comes_too_late_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with house() as it:
        message = (await panel(it)).messages[0]
        it.discord.callbacks.first_answer_within = -1.0
        button = {"custom_id": "pm:schedule", "component_type": 2}
        await it.discord.people.interact(it.channel, it.manager, 3, button, message=message)
        await until(lambda: any("could not be given" in one.getMessage() for one in caplog.records))
        [line] = [one for one in caplog.records if "could not be given" in one.getMessage()]
        assert line.exc_info is None


@pytest.mark.parametrize(
    ("weekdays", "value", "label"),
    [
        ((1, 2, 3, 4, 5, 6, 7), "mon-sun", "Every day"),
        ((6, 7), "sat-sun", "Saturday and Sunday"),
        ((5,), "fri", "Fridays"),
        ((1, 3, 5), "mon,wed,fri", "Mon · Wed · Fri"),
        ((2, 3, 4), "tue-thu", "Tue · Wed · Thu"),
    ],
)
def test_any_days_are_shown_as_chosen(weekdays: tuple[int, ...], value: str, label: str) -> None:
    channel = Channel(
        1, ChannelAddress("discord", "1", "2"), date(2024, 4, 17), Schedule(time(7), "Asia/Seoul", weekdays)
    )
    [days] = [row for row in with_panel(Draft("x"), channel, EN).components() if row["components"][0].get("options")][
        :1
    ]
    [chosen] = [one for one in days["components"][0]["options"] if one.get("default")]
    assert (chosen["value"], chosen["label"]) == (f"digest set on {value}", label)
    assert schedule_form(channel, EN).custom_id == f"pm:schedule 07:00 Asia/Seoul {value}"


def test_a_form_of_an_unknown_channel_sets_what_is_filled_in() -> None:
    form = schedule_form(None, EN)
    assert submitted(form.custom_id, {"at": " 9:00 ", "tz": "", "on": "mon-fri"}) == Typed(
        "digest", "set at 9:00 on mon-fri"
    )
    assert submitted(form.custom_id, {}) is None
