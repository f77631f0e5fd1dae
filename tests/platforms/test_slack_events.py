"""What happens in a workspace: links to papers, channels and the app itself that come and go."""

import pytest

from bot.commands import Preview
from bot.message import Card, Reply, Request
from bot.model import ChannelAddress
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Bot, Run, new_team
from tests.fakes.slack.faults import Fault, Status
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Json

NOTED = "https://arxiv.org/abs/2304.08109"
C1 = ChannelAddress("slack", "T1", "C1")


def shared(bot: Bot, *urls: str, **event: object) -> Json:
    links = [{"url": url, "domain": url.split("/")[2]} for url in urls]
    details = {"channel": "C1", "user": "U1", "message_ts": "1700000000.000200", "links": links}
    return bot.by().event("link_shared", **(details | {"source": "conversations_history"} | event))


async def share(bot: Bot, *urls: str, **event: object) -> int:
    await bot.over_socket(shared(bot, *urls, **event))
    await bot.quiet()
    return len(bot.slack.unfurls)


@asynchronous
async def test_a_link_to_a_noted_paper_unfolds_where_the_channel_asked_for_it(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        assert await share(bot, NOTED) == 0
        bot.addressbook.with_previews.add(C1)
        assert await share(bot, NOTED) == 1
        (unfurl,) = slack.unfurls
        assert (unfurl["channel"], unfurl["ts"]) == ("C1", "1700000000.000200")
        assert list(unfurl["unfurls"]) == [NOTED]
        assert "A Comparative Study" in str(unfurl["unfurls"])
        assert slack.violations == []


@asynchronous
async def test_the_three_rules_of_silence(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.addressbook.with_previews.add(C1)
        assert await share(bot, NOTED, "https://arxiv.org/abs/1", "https://arxiv.org/abs/2") == 0
        assert await share(bot, "https://arxiv.org/abs/1234.56789") == 0
        assert await share(bot, NOTED) == 1
        assert await share(bot, NOTED) == 1
        assert await share(bot, NOTED.replace("abs", "pdf")) == 1
        slack.turned += 31 * 60
        assert await share(bot, NOTED) == 2


@asynchronous
async def test_nothing_unfolds_while_somebody_is_still_writing(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.addressbook.with_previews.add(C1)
        assert await share(bot, NOTED, source="composer", channel="COMPOSER", unfurl_id="u1") == 0
        assert await share(bot, NOTED) == 1


@asynchronous
async def test_the_bots_own_links_do_not_unfold(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.addressbook.with_previews.add(C1)
        assert await share(bot, NOTED, user="UBOT") == 0
        assert await share(bot, NOTED) == 1


@asynchronous
async def test_an_unfurl_that_fails_is_not_repeated(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        bot.addressbook.with_previews.add(C1)
        slack.faults.append(Fault("chat.unfurl", Status(500)))
        payload = shared(bot, NOTED)
        await bot.over_socket(payload)
        await bot.over_socket(payload)
        await bot.quiet()
        assert len(slack.asked("chat.unfurl")) == 1


@asynchronous
async def test_a_preview_answers_for_the_links_it_was_asked_about(run_slack: Run) -> None:
    async def invent(request: Request) -> Reply:
        assert isinstance(request.command, Preview)
        return Reply("x", cards=(Card("A", url=NOTED), Card("B", url="https://elsewhere.example/")))

    async with FakeSlack() as slack, run_slack(slack, handle=invent) as bot:
        bot.addressbook.with_previews.add(C1)
        await share(bot, NOTED)
        assert [list(unfurl["unfurls"]) for unfurl in slack.unfurls] == [[NOTED]]


@asynchronous
async def test_the_core_is_told_of_channels_that_come_and_go(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        happen = bot.by().event
        events = (
            happen("channel_archive", channel="C1", user="U1"),
            happen("channel_unarchive", channel="C1", user="U1"),
            happen("channel_left", channel="C1", actor_id="U1"),
            happen("member_joined_channel", channel="C1", user="UBOT"),
            happen("member_joined_channel", channel="C1", user="U2"),
            happen("channel_rename", channel={"id": "C1", "name": "reading", "created": 1}),
            happen("group_archive", channel="G1"),
            happen("channel_deleted", channel="C2"),
            happen("channel_id_changed", old_channel_id="G1", new_channel_id="C9"),
        )
        for payload in (*events, events[0]):
            await bot.over_socket(payload)
        await bot.quiet()
        assert bot.addressbook.told == [
            ("closed", "slack:T1/C1", "The channel was archived. Unarchive it, or end its subscription."),
            ("opened", "slack:T1/C1"),
            ("closed", "slack:T1/C1", "I was removed from the channel. Type `/invite @paperboy` there."),
            ("opened", "slack:T1/C1"),
            ("closed", "slack:T1/G1", "The channel was archived. Unarchive it, or end its subscription."),
            ("closed", "slack:T1/C2", "The channel was deleted. End its subscription."),
            ("moved", "slack:T1/G1", "slack:T1/C9"),
        ]


@pytest.mark.parametrize("kind", ["app_uninstalled", "tokens_revoked"])
@asynchronous
async def test_a_token_of_the_settings_that_is_taken_back_lets_no_channel_rest(
    run_slack: Run, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    async with FakeSlack() as slack, run_slack(slack) as bot:
        await bot.over_socket(bot.by().event("tokens_revoked", tokens={"oauth": ["U1"], "bot": []}))
        await bot.quiet()
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
        await bot.over_socket(bot.by().event(kind, tokens={"oauth": [], "bot": ["UBOT"]}))
        await bot.quiet()
        assert bot.addressbook.told == []
        assert "install the app again" in caplog.text


@asynchronous
async def test_on_enterprise_grid_the_organisation_is_part_of_the_key(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, team=new_team("T7", enterprise="E1")) as bot:
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        await bot.over_socket(bot.by().mention("megalodon"))
        await bot.over_socket(bot.by().press("paper megalodon"))
        await bot.message(3)
        assert {str(request.address) for request in bot.asked} == {"slack:E1.T7/C1"}
        (drawn,) = bot.adapter.render(Reply("A digest"))
        await bot.adapter.post(bot.asked[0].address, drawn, "d1", None)
