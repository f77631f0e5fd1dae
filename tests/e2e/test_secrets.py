"""No secret is ever said: canaries in every place a secret can stand, and commands that fail in every way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.fakes.waiting import PATIENCE

PASSWORD = "canary7password"
NOWHERE = f"postgresql://paperboy:{PASSWORD}@127.0.0.1:1/paperboy"
SLACK = {
    "SLACK_BOT_TOKEN": "xoxb-canary-1111111111",
    "SLACK_APP_TOKEN": "xapp-canary-2222222222",
    "SLACK_SIGNING_SECRET": "canary3333333333signing",
    "SLACK_CLIENT_SECRET": "canary4444444444client",
    "SLACK_API_URL": "http://127.0.0.1:1/api/",
}
DISCORD = {
    "DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4.canary.5555555555555555555555555555",
    "DISCORD_API_URL": "http://127.0.0.1:1/api",
    "DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/",
}
DATABASE = {"DATABASE_URL": NOWHERE}
COMMANDS: list[tuple[dict[str, str], list[str]]] = [
    ({**SLACK, **DISCORD, **DATABASE}, ["config"]),
    ({**SLACK, **DISCORD, **DATABASE}, ["config", "--json"]),
    ({**SLACK, **DISCORD, **DATABASE, "PAPERBOY_TIMEZONE": "x"}, ["config", "check"]),
    ({"SLACK_BOT_TOKEN": "canary-of-another-kind"}, ["config", "check"]),
    ({"DISCORD_SHARDS": "canary", "PAPERBOY_DISCORD_SHARDS": "canary", **DISCORD}, ["config", "check"]),
    ({"SLACK_BOT_TOKEN": "canary-of-another-kind"}, ["run"]),
    ({**SLACK, **DISCORD, **DATABASE}, ["doctor"]),
    ({**SLACK, **DISCORD}, ["doctor", "--json"]),
    (DATABASE, ["tags"]),
    ({**DATABASE, "PAPERBOY_DEBUG": "1"}, ["tags"]),
    (DATABASE, ["export", "-"]),
    (DATABASE, ["run"]),
    (DATABASE, ["index", "--json"]),
    ({"DATABASE_URL": "canary7password"}, ["tags"]),
    ({"DATABASE_URL": f"mysql://u:{PASSWORD}@h/d"}, ["tags"]),
    ({"DATABASE_URL": f"postgresql://u:{PASSWORD}@h:nonsense/d"}, ["tags"]),
    ({"DATABASE_URL": f"postgresql://u:{PASSWORD}@h/d?nonsense={PASSWORD}"}, ["tags"]),
]


def told(place: Path, outputs: str) -> str:
    """Return all that was said, and written to any file but those a person keeps settings in."""
    kept = {".env", "paperboy.toml"}
    files = [path for path in place.rglob("*") if path.is_file() and path.name not in kept]
    return outputs + "".join(path.read_bytes().decode("utf-8", "replace") for path in files)


def paperboy(place: Path, environment: Mapping[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bot.cli", *arguments],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PAPERBOY_HTTP_ADDRESS": "off", **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.mark.parametrize(
    ("environment", "arguments"),
    [pytest.param(*each, id=f"{number} {' '.join(each[1])}") for number, each in enumerate(COMMANDS)],
)
def test_no_failing_command_says_a_secret(place: Path, environment: dict[str, str], arguments: list[str]) -> None:
    said, _ = paperboy(place, environment, *arguments).communicate(timeout=PATIENCE)
    assert said, "a command that says nothing proves nothing"
    assert "canary" not in told(place, said)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("paperboy.toml", f'database_url = "{NOWHERE}\n'),
        ("paperboy.toml", f'database_url = ["{NOWHERE}"]\n'),
        ("paperboy.toml", f'timezone = {{ secret = "{PASSWORD}" }}\n'),
        (".env", f"DATABASE_URL={NOWHERE}\n"),
        (".env", f"DATABASE_URL='{NOWHERE}\nPAPERBOY_TIMEZONE=KST+9\n"),
        (".env", f"DISCORD_TOKN={PASSWORD}\n"),
    ],
)
@pytest.mark.parametrize("command", [["config", "check"], ["tags"]])
def test_no_broken_file_is_quoted(
    place: Path, capfd: pytest.CaptureFixture[str], name: str, content: str, command: list[str]
) -> None:
    (place / name).write_text(content)
    main(command)
    output = capfd.readouterr()
    assert output.out + output.err
    assert "canary" not in told(place, output.out + output.err)


def test_a_bot_that_reaches_no_platform_logs_no_token_even_at_the_loudest(place: Path) -> None:
    loud = {"PAPERBOY_LOG_LEVEL": "debug", "PAPERBOY_LOG_CONTENT": "true"}
    process = paperboy(place, {**SLACK, **DISCORD, **loud}, "run")
    deadline = time.monotonic() + PATIENCE
    lines: list[str] = []
    assert process.stdout is not None
    while time.monotonic() < deadline and not {"slack", "discord"} <= set(_platforms(lines)):
        line = process.stdout.readline()
        if not line:
            break
        lines.append(line)
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=PATIENCE)
    said = "".join(lines) + rest
    assert {"slack", "discord"} <= set(_platforms(said.splitlines())), said
    assert "canary" not in told(place, said)


def _platforms(lines: list[str]) -> list[str]:
    return [name for name in ("slack", "discord") if any(f"{name} can't be reached" in line.lower() for line in lines)]
