"""Modals and the Home tab: searching with type-ahead, a channel's settings, a person's channels."""

import json

import pytest

from bot.commands import OpenEntry, Typed
from bot.errors import StorageError
from bot.model import ChannelAddress, FiledEntry
from bot.sentences import sentence
from bot.suggestions import LibrarySuggestions
from bot.words import Words
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Bot, Run, new_team
from tests.fakes.slack.faults import Fault, Refusal, Slow
from tests.fakes.slack.limits import option_violations
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Json, Room, texts
from tests.fakes.waiting import PATIENCE, until


async def open_view(bot: Bot, number: int = 1) -> Json:
    await until(lambda: len(bot.slack.views) >= number)
    await bot.quiet()
    return list(bot.slack.views.values())[number - 1]


@asynchronous
async def test_an_empty_paper_opens_a_search_box_that_suggests(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", " "))
        view = await open_view(bot)
        assert view["callback_id"] == "paperboy.search"
        for typed, expected in (("megal", "Megalodon"), ("", ""), ("compress", "Compression")):
            envelope = await bot.over_socket(bot.by().suggest(typed, action_id="paperboy.entry"))
            assert envelope.answer is not None
            options = envelope.answer["options"]
            assert options
            assert expected in options[0]["text"]["text"]
            assert list(option_violations(options)) == []
        chosen = {"selected_option": options[0]}
        await bot.over_socket(bot.by().submit(view, {"paperboy.entry": {"paperboy.entry": chosen}}))
        answer = await bot.message()
        assert answer.seen_by == "U1"
        assert "Compression" in answer.shown()
        assert isinstance(bot.asked[-1].command, OpenEntry)
        assert slack.violations == []


@asynchronous
async def test_the_search_box_takes_words_and_asks_for_some(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", ""))
        view = await open_view(bot)
        empty = await bot.over_socket(bot.by().submit(view, {"paperboy.words": {"paperboy.words": {"value": None}}}))
        assert empty.answer is not None
        assert empty.answer["response_action"] == "errors"
        await bot.over_socket(bot.by("U2").slash("/paper", ""))
        await open_view(bot, 2)
        empty = await bot.over_socket(bot.by("U2").submit(view, {}))
        assert empty.answer is not None
        assert empty.answer["errors"]["paperboy.words"] == Words("ko").gettext("Choose a note, or type a few words.")
        await bot.over_socket(bot.by().submit(view, {"paperboy.words": {"paperboy.words": {"value": "megalodn"}}}))
        assert "Megalodon" in (await bot.message()).shown()


@asynchronous
async def test_where_nothing_can_be_suggested_the_select_is_empty_and_answered(
    run_slack: Run, suggestions: LibrarySuggestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(text: str, limit: int) -> list[FiledEntry]:
        raise StorageError(sentence("The index is being built."))

    async with FakeSlack() as slack, run_slack(slack) as bot:
        monkeypatch.setattr(suggestions, "entries", failing)
        envelope = await bot.over_socket(bot.by().suggest("mega", action_id="paperboy.entry"))
        assert envelope.answer == {"options": []}


@pytest.mark.parametrize(
    ("command", "said"), [("/paper", "/paper megalodon"), ("/digest settings", "Language en, style compact.")]
)
@asynchronous
async def test_a_trigger_that_is_too_old_still_gets_an_answer(run_slack: Run, command: str, said: str) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/digest", "subscribe all lang en"))
        await bot.message()
        name, _, text = command.partition(" ")
        payload = bot.by().slash(name, text)
        slack.triggers.clear()
        await bot.over_socket(payload)
        assert said in (await bot.message(2)).shown()


@pytest.mark.parametrize("command", ["/paper", "/digest settings"])
@asynchronous
async def test_a_modal_opens_in_time_while_slack_is_slow_to_say_who_asks(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("adapters.slack.modals.FILLING_SECONDS", 0.05)
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("users.info", Slow(PATIENCE)))
        name, _, text = command.partition(" ")
        await bot.over_socket(bot.by("U2").slash(name, text))
        await until(lambda: bool(slack.views))
        # Nobody waited to learn that this person reads Korean.
        assert next(iter(slack.views.values()))["close"]["text"] == "Close"


@asynchronous
async def test_settings_are_set_in_a_modal(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/digest", "settings"))
        view = await open_view(bot)
        assert bot.asked[-1].command == Typed("digest", "settings")
        zones = await bot.over_socket(bot.by().suggest("seoul", action_id="paperboy.zone"))
        assert zones.answer is not None
        assert zones.answer["options"][0]["value"] == "Asia/Seoul"
        values = {
            "paperboy.time": {"paperboy.time": {"selected_time": "08:30"}},
            "paperboy.zone": {"paperboy.zone": {"selected_option": zones.answer["options"][0]}},
            "paperboy.days": {"paperboy.days": {"selected_options": [{"value": "mon"}, {"value": "fri"}]}},
            "paperboy.language": {"paperboy.language": {"selected_option": {"value": "ko"}}},
            "paperboy.style": {"paperboy.style": {"selected_option": None}},
        }
        await bot.over_socket(bot.by().submit(view, values))
        await bot.quiet()
        assert bot.asked[-1].command == Typed("digest", "set at 08:30 tz Asia/Seoul on mon,fri lang ko")
        assert bot.asked[-1].address == ChannelAddress("slack", "T1", "C1")
        assert slack.violations == []


@asynchronous
async def test_a_form_that_was_closed_already_troubles_nobody(run_slack: Run, caplog: pytest.LogCaptureFixture) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        slack.faults.append(Fault("views.update", Refusal("not_found")))
        await bot.over_socket(bot.by().slash("/digest", "settings"))
        await until(lambda: bool(slack.asked("views.update")))
        await bot.quiet()
        assert "Traceback" not in caplog.text


@asynchronous
async def test_a_modal_with_forged_metadata_answers_the_person_alone(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().slash("/paper", ""))
        view = await open_view(bot)
        words = {"paperboy.words": {"paperboy.words": {"value": "megalodon"}}}
        for metadata in ("", "not json", "[]", json.dumps({"channel": "C1"})):
            await bot.over_socket(bot.by().submit({**view, "private_metadata": metadata}, words))
        await bot.quiet()
        assert len(bot.messages("D1")) == 4
        assert bot.messages("C1") == []


@asynchronous
async def test_home_shows_the_channels_a_person_is_in(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.team.rooms["C3"] = Room("C3", name="secret", private=True, members={"U2"})
        bot.addressbook.with_rule = [ChannelAddress("slack", "T1", channel) for channel in ("C1", "C3")]
        await bot.over_socket(bot.by().event("app_home_opened", user="U1", tab="home", channel="D1"))
        await until(lambda: "U1" in bot.team.homes)
        home = bot.team.homes["U1"]
        shown = json.dumps(home)
        assert "<#C1>" in shown
        assert "C3" not in shown
        assert {request.address.channel for request in bot.asked} == {"C1"}
        assert slack.violations == []


@asynchronous
async def test_home_shows_the_latest_notes_of_each_channel_and_opens_them(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.team.rooms["D1"] = Room("D1")
        bot.addressbook.with_rule = [ChannelAddress("slack", "T1", "D1")]
        for rule, latest in (("all", "2024-10-10"), ("-all #distillation", "2024-06-28")):
            for verb in ("unsubscribe", f"subscribe {rule}"):
                await bot.over_socket(bot.by(channel="D1").direct(f"digest {verb}"))
                await bot.quiet()
            bot.team.homes.clear()
            home = await open_home(bot)
            shown = "\n".join(texts(home["blocks"]))
            assert latest in shown
            assert "\n1. " in shown
            assert "Your direct messages with me" in shown
            first, _ = next(block for block in home["blocks"] if block.get("block_id") == "channel.D1")["elements"]
            press = bot.by().press_in_view
            opened = len(bot.messages("D1"))
            await bot.over_socket(press(first["value"], action_id=first["action_id"], block_id="channel.D1", view=home))
            assert latest in (await bot.message(opened + 1, channel="D1")).shown()
        await bot.over_socket(press("forged", action_id=first["action_id"], block_id="channel.D1", view=home))
        await bot.quiet()
        assert bot.asked[-1].command == Typed("digest", "")
        assert slack.violations == []


@asynchronous
async def test_home_says_how_many_channels_it_leaves_out(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, team=new_team("T7", enterprise="E1")) as bot:
        bot.team.rooms |= {f"C{number}": Room(f"C{number}") for number in range(10, 23)}
        bot.addressbook.with_rule = [ChannelAddress("slack", "E1.T7", f"C{number}") for number in range(10, 23)]
        home = await open_home(bot)
        shown = "\n".join(texts(home["blocks"]))
        assert shown.count("<#C") == 10
        assert "3 more of your channels" in shown
        assert slack.asked("users.conversations")[0].arguments["team_id"] == "T7"
        assert slack.violations == []


async def open_home(bot: Bot) -> Json:
    await bot.over_socket(bot.by().event("app_home_opened", user="U1", tab="home", channel="D1"))
    await until(lambda: "U1" in bot.team.homes)
    return bot.team.homes["U1"]


@asynchronous
async def test_the_buttons_of_home_search_and_change_one_own_channel(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        home = {"id": "V0", "type": "home"}
        press = bot.by().press_in_view
        await bot.over_socket(press("", action_id="paperboy.home.search", block_id="x", view=home))
        search = await open_view(bot)
        words = {"paperboy.words": {"paperboy.words": {"value": "megalodon"}}}
        await bot.over_socket(bot.by().submit(search, words))
        assert "Megalodon" in (await bot.message(channel="D1")).shown()
        await bot.over_socket(press("", action_id="paperboy.home.settings", block_id="channel.C1", view=home))
        settings = await open_view(bot, 2)
        assert json.loads(settings["private_metadata"])["channel"] == "C1"
        await bot.over_socket(press("", action_id="paperboy.home.digest", block_id="channel.C2", view=home))
        await bot.message(2, channel="D1")
        assert bot.asked[-1].address == ChannelAddress("slack", "T1", "C2")


@asynchronous
async def test_a_button_of_home_that_names_somebody_elses_channel_does_nothing(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.team.rooms["C3"] = Room("C3", private=True, members={"U2"})
        home = {"id": "V0", "type": "home"}
        for button in ("settings", "digest"):
            payload = bot.by().press_in_view("", action_id=f"paperboy.home.{button}", block_id="channel.C3", view=home)
            await bot.over_socket(payload)
        await bot.quiet()
        assert bot.asked == []
        assert slack.views == {}
