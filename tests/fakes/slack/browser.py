"""Install the app as a person with a browser does: two pages of ours, and Slack's own between them."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import aiohttp

from adapters.slack.app_manifest import SCOPES
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import Json, Team


async def install(
    http: aiohttp.ClientSession, url: str, slack: FakeSlack, team: Team, *, enterprise_wide: bool = False
) -> tuple[int, str | None]:
    """Walk through the pages at `url`; returns the last status, and where Slack was asked to send people back to."""
    async with http.get(f"{url}/slack/install", allow_redirects=False) as page:
        body = await page.text()
        cookie = page.headers["Set-Cookie"].split(";")[0]
    (address,) = re.findall(r'href="([^"]*/oauth/v2/authorize[^"]*)"', body)
    assert address.startswith(slack.api_url.removesuffix("api/"))
    asked = parse_qs(urlsplit(unescape(address)).query)
    assert set(asked["scope"][0].split(",")) == set(SCOPES)
    code = f"code-{team.id}"
    slack.installable[code] = granted(team, enterprise_wide)
    query = {"code": code, "state": asked["state"][0]}
    async with http.get(f"{url}/slack/oauth_redirect", params=query, headers={"Cookie": cookie}) as page:
        assert team.bot_token not in await page.text()
        return page.status, asked.get("redirect_uri", [None])[0]


def granted(team: Team, enterprise_wide: bool) -> Json:
    """Return what Slack answers once somebody agreed."""
    return {
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": ",".join(SCOPES),
        "bot_user_id": team.bot_user,
        "app_id": "A1",
        "team": None if enterprise_wide else {"id": team.id, "name": "Lab"},
        "enterprise": {"id": team.enterprise, "name": "Org"} if team.enterprise else None,
        "authed_user": {"id": "UA"},
        "is_enterprise_install": enterprise_wide,
    }
