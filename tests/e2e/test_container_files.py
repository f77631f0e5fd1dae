"""The Dockerfile and the compose files keep what docs/operations.md promises of them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import settings_models
from bot.configuration.fields import setting_fields
from tests.fakes.container_files import ROOT, Instruction, read_compose, read_stages

_SECRETIVE = re.compile(r"token|secret|password|key", re.IGNORECASE)
_DEFAULTED = re.compile(r"\$\{\w+:-[^}]*\}")


@pytest.fixture(scope="module")
def stages() -> list[list[Instruction]]:
    return read_stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def last(stages: list[list[Instruction]]) -> dict[str, list[Instruction]]:
    by_name: dict[str, list[Instruction]] = {}
    for instruction in stages[-1]:
        by_name.setdefault(instruction.name, []).append(instruction)
    return by_name


@pytest.fixture(scope="module")
def alone() -> dict[str, Any]:
    """Return the one service of compose.yaml."""
    (only,) = services("compose.yaml").items()
    assert only[0] == "paperboy"
    service: dict[str, Any] = only[1]
    return service


@pytest.fixture(scope="module")
def cluster() -> dict[str, dict[str, Any]]:
    return services("compose.cluster.yaml")


def services(file: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read_compose((ROOT / file).read_text(encoding="utf-8"))["services"]
    return found


def _environment(last: dict[str, list[Instruction]]) -> dict[str, str]:
    words = " ".join(instruction.rest for instruction in last["ENV"]).split()
    return dict(word.split("=", 1) for word in words)


def test_the_linter_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    said = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "")


def test_what_builds_stays_out_of_the_image(stages: list[list[Instruction]]) -> None:
    assert len(stages) == 2
    assert [each.rest.split()[0] for each in stages[-1] if each.name == "COPY"] == ["--from=build", "seeds"]
    assert not any("pip" in each.rest or "apt" in each.rest for each in stages[-1] if each.name == "RUN")
    assert stages[0][0].rest == "python:${PYTHON} AS build"


def test_the_process_is_no_root_and_gets_its_signals(last: dict[str, list[Instruction]]) -> None:
    assert last["USER"][-1].rest == "10001:10001"
    assert last["ENTRYPOINT"][-1].words() + last["CMD"][-1].words() == ["paperboy", "run"]
    assert last["STOPSIGNAL"][-1].rest == "SIGTERM"


def test_data_is_the_one_volume_and_the_seeds_are_the_notes(last: dict[str, list[Instruction]]) -> None:
    environment = _environment(last)
    assert [each.rest for each in last["VOLUME"]] == [environment["PAPERBOY_DATA"]] == ["/data"]
    assert last["WORKDIR"][-1].rest == "/data"
    assert last["COPY"][-1].rest.split() == ["seeds", environment["PAPERBOY_NOTES"]]
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1", "the root may be read-only"


def test_its_health_is_asked_on_the_port_it_listens_on(last: dict[str, list[Instruction]]) -> None:
    options, _, command = last["HEALTHCHECK"][-1].rest.partition("CMD ")
    assert {option.split("=")[0] for option in options.split()} == {
        "--interval",
        "--timeout",
        "--start-period",
        "--retries",
    }
    *_, code = Instruction("CMD", command).words()
    port = _environment(last)["PAPERBOY_HTTP_ADDRESS"].rpartition(":")[2]
    assert f"http://127.0.0.1:{port}/healthz" in code
    assert last["EXPOSE"][-1].rest == port
    compile(code, "HEALTHCHECK", "exec")


def test_no_secret_gets_into_a_layer(stages: list[list[Instruction]]) -> None:
    for instruction in (each for stage in stages for each in stage if each.name in ("ARG", "ENV")):
        names = [word.split("=")[0] for word in instruction.rest.split()]
        assert not [name for name in names if _SECRETIVE.search(name)], instruction
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert ignored[1] == "*", "everything is left out that isn't named"
    assert "**/.env*" in ignored[ignored.index("!seeds") :], "also inside the folders that are named"


def test_everything_it_copies_is_there_and_let_in(stages: list[list[Instruction]]) -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [each.rest.split()[:-1] for stage in stages for each in stage if each.name == "COPY"]
    sources = {source for words in copied if not words[0].startswith("--") for source in words}
    assert sources == allowed
    assert all((ROOT / source).exists() for source in sources)


def test_alone_it_is_one_service_on_its_own_volume(alone: dict[str, Any]) -> None:
    assert "DATABASE_URL" not in alone["environment"], "SQLite unless .env says otherwise"
    assert alone["volumes"][1] == "data:/data"
    assert alone["ports"] == ["127.0.0.1:8080:8080"], "nobody outside this machine is let in by default"


def test_the_cluster_is_two_bots_and_two_workers_on_one_postgresql(cluster: dict[str, dict[str, Any]]) -> None:
    assert {name: service.get("deploy", {}).get("replicas", 1) for name, service in cluster.items()} == {
        "bot": 2,
        "worker": 2,
        "postgresql": 1,
    }
    for name in ("bot", "worker"):
        assert cluster[name]["environment"]["DATABASE_URL"].endswith("@postgresql/paperboy")
        assert cluster[name]["depends_on"] == {"postgresql": {"condition": "service_healthy"}}
        assert "ports" not in cluster[name]
    assert cluster["worker"]["command"] == ["worker"]
    assert cluster["worker"]["healthcheck"] == {"disable": True}, "a worker has no web server to ask"


def test_neither_file_starts_or_keeps_anything_of_the_other() -> None:
    files = [
        read_compose((ROOT / file).read_text(encoding="utf-8")) for file in ("compose.yaml", "compose.cluster.yaml")
    ]
    for key in ("services", "volumes"):
        assert not files[0][key].keys() & files[1][key].keys()
    assert files[0]["name"] != files[1]["name"]
    assert not [name for file in files for name, service in file["services"].items() if "profiles" in service]


def test_every_bot_runs_the_same_and_with_as_little_as_it_needs(
    alone: dict[str, Any], cluster: dict[str, dict[str, Any]]
) -> None:
    for service in (alone, cluster["bot"], cluster["worker"]):
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["volumes"][0].endswith(":/notes:ro")
        assert int(service["stop_grace_period"].removesuffix("s")) >= 35
        data = "data:/data" if service is alone else "/data:uid=10001,gid=10001,mode=0700"
        assert {*service["tmpfs"], *service["volumes"][1:]} == {"/tmp", data}, "nothing else can be written"
        for same in ("build", "image", "env_file", "restart", "stop_grace_period", "logging"):
            assert service[same] == alone[same]


def test_compose_names_only_settings_there_are_and_no_secret(
    alone: dict[str, Any], cluster: dict[str, dict[str, Any]]
) -> None:
    known = {name for field in setting_fields(settings_models()) for name in field.variables}
    for service in (alone, cluster["bot"], cluster["worker"]):
        assert service["environment"].keys() <= known
        assert service["env_file"] == [{"path": ".env", "required": False}]
    text = "".join((ROOT / file).read_text(encoding="utf-8") for file in ("compose.yaml", "compose.cluster.yaml"))
    bare = [line for line in text.splitlines() if "${" in _DEFAULTED.sub("", line)]
    assert not bare, "every variable has a default, so that the bot alone starts without any"
    passwords = re.findall(r"PASSWORD: (.*)", text)
    assert passwords == ["${POSTGRES_PASSWORD:-}"]
