"""Setting Slack up: settings that clash, the manifest, and `paperboy slack check`."""

import re
from pathlib import Path

import pytest

import adapters.slack as slack_package
from adapters.slack.app_manifest import SCOPES, manifest
from adapters.slack.settings import SlackSettings, load_settings
from bot.cli.main import main
from bot.errors import SettingsError
from bot.ports import Finding
from tests.fakes.asynchronous import asynchronous
from tests.fakes.slack.bot import Run, new_team
from tests.fakes.slack.faults import Fault, Refusal, Status
from tests.fakes.slack.server import APP_TOKEN, FakeSlack
from tests.fakes.slack.state import BOT_SCOPES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, "without SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN .*another kind .* xoxb-"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN .*another kind .* xapp-"),
        ({"SLACK_CLIENT_ID": "1.2"}, "SLACK_CLIENT_SECRET"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "SLACK_SIGNING_SECRET"),
        ({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "slack"}, "SLACK_API_URL"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "PAPERBOY_SLACK_PAPER_COMMAND": "paper"},
            "PAPERBOY_SLACK_PAPER_COMMAND is not usable",
        ),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, dict) else "",
)
def test_settings_that_do_not_go_together_name_the_cure(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings()
    assert not any(secret in str(caught.value) for secret in ("xoxb-1", "xoxp-1", "xapp-1"))


def test_without_tokens_there_is_no_adapter() -> None:
    assert load_settings() is None


def test_settings_are_read_from_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "SLACK_BOT_TOKEN=xoxb-9\nSLACK_APP_TOKEN=xapp-9\nSLACK_API_URL=https://slack-gov.com/api\n"
    )
    settings = load_settings()
    assert settings is not None
    assert settings.base_url == "https://slack-gov.com/api/"
    assert settings.authorize_url == "https://slack-gov.com/oauth/v2/authorize"
    assert "xoxb-9" not in repr(settings)


def test_the_manifest_asks_for_exactly_the_scopes_the_fake_demands() -> None:
    written = manifest(None)
    assert re.findall(r"^      - (\S+:\S+|commands)  #", written, re.M) == list(SCOPES)
    assert set(SCOPES) == BOT_SCOPES
    assert "socket_mode_enabled: true" in written
    assert "request_url" not in written


def test_the_manifest_follows_the_settings() -> None:
    settings = SlackSettings.model_validate(
        {"client_id": "1.2", "client_secret": "s", "signing_secret": "s", "paper_command": "/papers"}
    )
    written = manifest(settings, "https://bot.example.org/")
    assert written.count("https://bot.example.org/slack/events") == 5
    assert "https://bot.example.org/slack/oauth_redirect" in written
    assert "command: /papers" in written
    assert "socket_mode_enabled: false" in written


def test_the_command_line_prints_the_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["slack", "manifest"]) == 0
    assert capsys.readouterr().out.startswith("display_information:\n  name: Paperboy\n")


async def look(slack: FakeSlack, monkeypatch: pytest.MonkeyPatch, app_token: str = APP_TOKEN) -> dict[str, Finding]:
    for name, value in {
        "SLACK_BOT_TOKEN": "xoxb-T1",
        "SLACK_APP_TOKEN": app_token,
        "SLACK_API_URL": slack.api_url,
    }.items():
        monkeypatch.setenv(name, value)
    return {finding.subject: finding for finding in await slack_package.check()}


@asynchronous
async def test_the_check_sees_that_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as slack:
        slack.teams.append(new_team())
        found = await look(slack, monkeypatch)
        assert [finding.well for finding in found.values()] == [True, True, True]
        assert "hello" in str(found["slack events"].seen)


@asynchronous
async def test_the_check_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as slack:
        team = new_team()
        team.scopes = BOT_SCOPES - {"links:write"}
        slack.teams.append(team)
        found = await look(slack, monkeypatch, app_token="xapp-wrong")
        assert "links:write (unfold links" in str(found["slack scopes"].seen)
        assert "connections:write" in str(found["slack events"].cure)
        team.revoked = True
        found = await look(slack, monkeypatch)
        assert "copy the new bot token" in str(found["slack token"].cure)
        slack.faults.append(Fault("auth.test", Status(503)))
        found = await look(slack, monkeypatch)
        assert "network" in str(found["slack token"].cure)


@asynchronous
async def test_the_check_notices_sockets_that_do_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as slack:
        slack.teams.append(new_team())
        slack.socket_path = "/closed"
        found = await look(slack, monkeypatch)
        assert "nobody says hello" in str(found["slack events"].seen)
        assert "wss://" in str(found["slack events"].cure)
        slack.faults.append(Fault("apps.connections.open", Status(503)))
        found = await look(slack, monkeypatch)
        assert "network" in str(found["slack events"].cure)


@asynchronous
async def test_the_check_speaks_of_the_way_events_come_over_http(monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeSlack() as slack:
        slack.teams.append(new_team())
        monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-T1")
        monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        found = {finding.subject: finding for finding in await slack_package.check()}
        assert "/slack/events" in str(found["slack events"].seen)
        monkeypatch.delenv("SLACK_BOT_TOKEN")
        monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
        monkeypatch.setenv("SLACK_CLIENT_SECRET", "s")
        found = {finding.subject: finding for finding in await slack_package.check()}
        assert "/slack/install" in str(found["slack token"].seen)


@asynchronous
async def test_nothing_is_checked_where_slack_is_not_set_up() -> None:
    assert await slack_package.check() == ()


@asynchronous
async def test_a_refused_token_stops_the_start_with_one_sentence(run_slack: Run) -> None:
    async with FakeSlack() as slack:
        with pytest.raises(SettingsError, match=r"refuses SLACK_BOT_TOKEN.*copy the new token"):
            async with run_slack(slack, settings={"bot_token": "xoxb-other"}):
                pass
    async with FakeSlack() as slack:
        slack.faults.append(Fault("apps.connections.open", Refusal("invalid_auth")))
        with pytest.raises(SettingsError, match=r"refuses SLACK_APP_TOKEN.*connections:write"):
            async with run_slack(slack):
                pass


@asynchronous
async def test_a_slack_that_is_down_at_the_start_is_waited_for(run_slack: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.adapter.PING_SECONDS", 0.2)
    async with FakeSlack() as slack:
        slack.faults.append(Fault("auth.test", Status(503)))
        slack.faults.append(Fault("apps.connections.open", Status(503), times=2))
        async with run_slack(slack) as bot:
            await bot.over_socket(bot.by().slash("/paper", "megalodon"))
            await bot.message()


@asynchronous
async def test_commands_may_have_other_names(run_slack: Run) -> None:
    async with FakeSlack() as slack, run_slack(slack, settings={"paper_command": "/papers"}) as bot:
        await bot.over_socket(bot.by().slash("/papers", "megalodon"))
        await bot.message()
        await bot.over_socket(bot.by().slash("/paper", "megalodon"))
        await bot.quiet()
        assert len(bot.asked) == 1


def test_the_guide_names_every_setting_and_prints_what_the_commands_print() -> None:
    guide = (DOCS / "slack.md").read_text("utf-8")
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "CLIENT_ID", "CLIENT_SECRET", "API_URL"):
        assert f"SLACK_{name}" in guide
    for name in ("ADMINS_ONLY", "PAPER_COMMAND", "DIGEST_COMMAND"):
        assert f"PAPERBOY_SLACK_{name}" in guide
    for scope in SCOPES:
        assert f"`{scope}`" in guide
