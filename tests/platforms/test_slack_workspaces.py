"""Many workspaces: each installs the app itself, keeps its own token, and is forgotten when it leaves."""

import asyncio
import re
from pathlib import Path

import pytest
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Engine, MetaData, inspect

from adapters.slack.installations import DatabaseInstallationStore
from bot.errors import CredentialsRefused, StorageError
from bot.message import Reply
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.storage.addressbook import StoredAddressbook
from bot.storage.engine import open_engine
from tests.fakes.asynchronous import asynchronous
from tests.fakes.digests import DigestLoop
from tests.fakes.slack import browser
from tests.fakes.slack.bot import Bot, Run, new_team
from tests.fakes.slack.faults import Fault, Reset
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Team
from tests.fakes.waiting import until

# slack_sdk 3.47 sends the app's credentials by a class that aiohttp 3.14 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


async def install(bot: Bot, team: Team, *, enterprise_wide: bool = False) -> int:
    """Install the app in a workspace, or a whole organisation, and return the last page's status."""
    status, _ = await browser.install(bot.http, bot.web.url, bot.slack, team, enterprise_wide=enterprise_wide)
    return status


@asynchronous
async def test_two_workspaces_install_the_app_and_are_kept_apart(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        second = new_team("T2")
        slack.teams.append(second)
        for team in (bot.team, second):
            assert await install(bot, team) == 200
            await bot.over_http(bot.by(team=team).slash("/paper", "megalodon"))
            assert "Megalodon" in (await bot.message(team=team)).shown()
            await bot.over_http(bot.by(team=team).mention("megalodon"))
            await bot.message(2, team=team)
        posts = slack.asked("chat.postMessage")
        assert [call.token for call in posts] == ["xoxb-T1", "xoxb-T2"]
        assert [str(request.address) for request in bot.asked] == ["slack:T1/C1"] * 2 + ["slack:T2/C1"] * 2
        assert bot.addressbook.told == [("joined", "slack", "T1"), ("joined", "slack", "T2")]
        assert slack.violations == []


@asynchronous
async def test_who_uninstalls_is_forgotten_and_may_come_back(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        await install(bot, bot.team)
        (drawn,) = bot.adapter.render(Reply("A digest"))
        address = ChannelAddress("slack", "T1", "C1")
        await bot.adapter.post(address, drawn, "d1", None)
        await bot.over_http(bot.by().event("app_uninstalled"))
        await until(lambda: ("left", "slack", "T1") in bot.addressbook.told)
        with pytest.raises(CredentialsRefused, match="T1"):
            await bot.adapter.post(address, drawn, "d2", None)
        assert len(slack.asked("chat.postMessage")) == 1
        await install(bot, bot.team)
        await bot.adapter.post(address, drawn, "d2", None)


@asynchronous
async def test_a_revoked_token_lets_its_workspace_rest(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        await install(bot, bot.team)
        await bot.over_http(bot.by().event("tokens_revoked", tokens={"oauth": [], "bot": ["UBOT"]}))
        await until(lambda: bot.addressbook.told[-1:] == [("left", "slack", "T1")])


@asynchronous
async def test_an_organisation_installs_for_all_its_workspaces(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many", team=new_team("T7", enterprise="E1")) as bot:
        assert await install(bot, bot.team, enterprise_wide=True) == 200
        await bot.over_http(bot.by().mention("megalodon"))
        await bot.message()
        assert str(bot.asked[0].address) == "slack:E1.T7/C1"
        uninstalled = bot.by().event("app_uninstalled")
        uninstalled["authorizations"][0] |= {"team_id": None, "is_enterprise_install": True}
        await bot.over_http({**uninstalled, "team_id": None})
        await bot.quiet()
        (drawn,) = bot.adapter.render(Reply("A digest"))
        with pytest.raises(CredentialsRefused):
            await bot.adapter.post(bot.asked[0].address, drawn, "d1", None)


@asynchronous
async def test_an_organisation_that_leaves_and_comes_back_takes_its_workspaces_along(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many", team=new_team("T7", enterprise="E1")) as bot:
        bot.addressbook.with_rule = [
            ChannelAddress("slack", workspace, "C1") for workspace in ("E1.T7", "E1.T8", "E2.T9", "T1")
        ]
        uninstalled = bot.by().event("app_uninstalled") | {"team_id": None}
        uninstalled["authorizations"][0] |= {"team_id": None, "is_enterprise_install": True}
        await bot.over_http(uninstalled)
        await bot.quiet()
        assert bot.addressbook.told == [("left", "slack", "E1.T7"), ("left", "slack", "E1.T8")]
        bot.addressbook.told.clear()
        await install(bot, bot.team, enterprise_wide=True)
        assert bot.addressbook.told == [("joined", "slack", "E1.T7"), ("joined", "slack", "E1.T8")]


def test_the_addressbook_knows_the_workspaces_of_a_platform(database: Path) -> None:
    loop = DigestLoop(open_engine(database), database.parent)
    for address in ("slack:E1.T7/C1", "slack:E1.T7/C2", "slack:T1/C1", "discord:5/6"):
        loop.subscribe("#llm", ChannelAddress.read(address))
    book = StoredAddressbook(loop.engine, loop.clock)
    assert asyncio.run(book.workspaces_of("slack")) == ["E1.T7", "T1"]
    loop.engine.dispose()


@asynchronous
async def test_an_installation_nobody_began_here_is_refused(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        slack.installable["code"] = browser.granted(bot.team, enterprise_wide=False)
        for query in (
            {"code": "code", "state": "forged"},
            {"state": "x"},
            {"code": "code"},
            {"error": "access_denied"},
        ):
            async with bot.http.get(f"{bot.web.url}/slack/oauth_redirect", params=query) as page:
                assert page.status in (200, 400, 401)
                assert "Traceback" not in await page.text()
        assert "code" in slack.installable
        assert bot.addressbook.told == []


@pytest.mark.parametrize("language", ["ko", "en"])
@asynchronous
async def test_the_pages_speak_the_browsers_language_and_load_nothing_from_elsewhere(
    run_slack: Run, language: str
) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        headers = {"Accept-Language": f"{language}-XX,fr;q=0.9"}
        for path in ("/slack/install", "/slack/oauth_redirect?error=access_denied", "/slack/oauth_redirect?state=x"):
            async with bot.http.get(f"{bot.web.url}{path}", headers=headers) as page:
                text = await page.text()
                assert page.headers["Cache-Control"] == "no-store"
            assert f'<html lang="{language}">' in text
            assert re.findall(r'(?:src|rel="stylesheet" href)="([^"]*)"', text) == ["/slack/pages.css"]
            assert "style=" not in text
        async with bot.http.get(f"{bot.web.url}/slack/pages.css") as style:
            assert style.content_type == "text/css"


@asynchronous
async def test_what_stands_in_an_address_is_shown_harmless(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        query = {"error": "<script>alert(1)</script>" + "x" * 5_000}
        async with bot.http.get(f"{bot.web.url}/slack/oauth_redirect", params=query) as page:
            text = await page.text()
        assert "<script" not in text
        assert "&lt;script&gt;" in text
        assert len(text) < 2000


@asynchronous
async def test_an_installation_slack_does_not_answer_can_be_tried_again(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        slack.faults.append(Fault("oauth.v2.access", Reset()))
        assert await install(bot, bot.team) == 503
        assert await install(bot, bot.team) == 200


@asynchronous
async def test_a_database_that_fails_is_said_and_nothing_is_half_installed(
    run_slack: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> None:
        raise StorageError(sentence("The database is busy."))

    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        with monkeypatch.context() as patched:
            patched.setattr(DatabaseInstallationStore, "async_save", busy)
            assert await install(bot, bot.team) == 503
        assert bot.addressbook.told == []


@asynchronous
async def test_an_unknown_workspace_costs_nobody_anything(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, mode="many") as bot:
        status, _ = await bot.over_http(bot.by().slash("/paper", "megalodon"))
        assert status == 200
        assert "Megalodon" in (await bot.message()).shown()
        await bot.over_http(bot.by().mention("megalodon"))
        await bot.quiet()
        assert len(bot.messages()) == 1


def test_our_tables_are_the_ones_the_sdk_writes(database: Path) -> None:
    engine = open_engine(database)
    store = SQLAlchemyInstallationStore("1.2", engine)
    states = SQLAlchemyOAuthStateStore(600, engine)
    theirs = {**_columns(store.metadata), **_columns(states.metadata)}
    assert theirs == _existing(engine, sorted(theirs))
    engine.dispose()


def _columns(metadata: MetaData) -> dict[str, list[tuple[str, str, bool]]]:
    return {
        table.name: sorted((column.name, str(column.type), bool(column.nullable)) for column in table.columns)
        for table in metadata.sorted_tables
    }


def _existing(engine: Engine, tables: list[str]) -> dict[str, list[tuple[str, str, bool]]]:
    inspector = inspect(engine)
    return {
        table: sorted((str(c["name"]), str(c["type"]), bool(c["nullable"])) for c in inspector.get_columns(table))
        for table in tables
    }
