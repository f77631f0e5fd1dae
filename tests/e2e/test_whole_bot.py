"""The whole bot as a process: it says over HTTP that it is well, and shows what the container's health check asks."""

import json
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.test_console import running
from tests.fakes.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("place")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"127.0.0.1:{port}"


def get(address: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_until_ready(address: str) -> None:
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        try:
            status, last = get(address, "/readyz")
        except OSError:
            continue
        if status == 200:
            return
    raise AssertionError(f"not ready: {last}")


def test_it_is_ready_counts_what_it_answers_and_shows_the_archive(place: Path, address: str) -> None:
    with running(place, PAPERBOY_HTTP_ADDRESS=address, PAPERBOY_POLLING="true") as bot:
        assert bot.hears("looking at the files in seeds each second")
        wait_until_ready(address)
        assert get(address, "/healthz")[0] == 200
        bot.say("/paper megalodon")
        assert bot.hears("[1] Abstract")
        assert re.search(r"paperboy_answers_total\{[^}]*answered[^}]*\} 1\.0", get(address, "/metrics")[1])
        status, page = get(address, "/search?q=megalodon&lang=en")
        assert status in (200, 303)
        assert "Megalodon" in page


def test_the_containers_health_check_is_well_with_a_running_bot(place: Path, address: str) -> None:
    found = re.search(r"HEALTHCHECK.*?CMD (\[.*?\])", (ROOT / "Dockerfile").read_text(), re.S)
    assert found is not None
    command = [sys.executable if word == "python" else word for word in json.loads(found[1])]
    command = [word.replace("127.0.0.1:8080", address) for word in command]
    with running(place, PAPERBOY_HTTP_ADDRESS=address):
        wait_until_ready(address)
        subprocess.run(command, check=True, timeout=PATIENCE)
    assert subprocess.run(command, check=False, timeout=PATIENCE, capture_output=True).returncode != 0, shlex.join(
        command
    )


def test_an_address_in_use_stops_the_start_with_a_sentence(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        in_use = f"127.0.0.1:{taken.getsockname()[1]}"
        with running(place, PAPERBOY_HTTP_ADDRESS=in_use) as bot:
            assert bot.hears(f"{in_use} is in use by another program.")
            assert bot.process.wait(PATIENCE) == 2
