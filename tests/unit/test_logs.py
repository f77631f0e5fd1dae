"""The log: one reference from payload to answer, no content, no secret, and JSON that parses whatever is logged."""

import asyncio
import json
import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.logs import referring, set_up_logs
from bot.redaction import MASK, Redactor
from bot.settings import LogSettings

CANARY = "canary-0123456789"
_log = logging.getLogger("bot.test")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("bot", "adapters")]
    before = (root.handlers[:], root.level, threading.excepthook)
    yield
    logging.captureWarnings(False)
    for handler in root.handlers[:]:
        if handler not in before[0]:
            handler.close()
    root.handlers[:], threading.excepthook = before[0], before[2]
    root.setLevel(before[1])
    for logger in ours:
        logger.setLevel(logging.NOTSET)


def set_up(file: Path, **settings: Any) -> None:
    set_up_logs(LogSettings(**settings), Redactor([CANARY]), file)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_when_how_bad_who_and_what_with_its_fields(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "paperboy.log"
    set_up(file)
    _log.warning("Posted %s", "d123", extra={"channel": "slack:T1/C1", "took_ms": 12})
    (line,) = lines(file)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "message": "Posted d123",
        "level": "warning",
        "logger": "bot.test",
        "channel": "slack:T1/C1",
        "took_ms": 12,
    }


def test_the_reference_of_a_request_follows_it_into_threads_and_tasks(tmp_path: Path) -> None:
    set_up(tmp_path / "log")

    async def answer(reference: str) -> None:
        with referring(reference):
            await asyncio.to_thread(_log.info, "in the core")
            await asyncio.create_task(asyncio.to_thread(_log.info, "in a task"))

    async def both() -> None:
        await asyncio.gather(answer("7F3A"), answer("00BB"))

    asyncio.run(both())
    _log.info("afterwards")
    found = lines(tmp_path / "log")
    assert sorted(line["reference"] for line in found if "in" in line["message"]) == ["00BB", "00BB", "7F3A", "7F3A"]
    assert "reference" not in found[-1]


def test_what_people_write_is_left_out_unless_asked_for(tmp_path: Path) -> None:
    for content, expected in ((False, "(9 characters)"), (True, "megalodon")):
        file = tmp_path / str(content)
        set_up(file, content=content)
        _log.info("Asked", extra={"query": "megalodon"})
        assert lines(file)[-1]["query"] == expected


def test_debug_lines_of_sdks_hold_payloads_and_are_written_only_with_content(tmp_path: Path) -> None:
    for content in (False, True):
        file = tmp_path / str(content)
        set_up(file, level="debug", content=content)
        logging.getLogger("slack_sdk.web").debug("Received %s", {"text": "hello"})
        _log.debug("ours")
        assert [line["logger"] for line in lines(file)] == (["slack_sdk.web"] if content else []) + ["bot.test"]


def test_a_secret_is_masked_in_words_fields_arguments_and_tracebacks(tmp_path: Path) -> None:
    for form in ("json", "text"):
        file = tmp_path / form
        set_up(file, format=form)
        try:
            raise ValueError(f"refused {CANARY}")
        except ValueError:
            _log.exception("The token %s", CANARY, extra={"header": {"Authorization": CANARY}})
        logging.getLogger("aiohttp").error("GET https://user:%s@example.org", "hunter2")
        written = file.read_text(encoding="utf-8")
        assert CANARY not in written
        assert "hunter2" not in written
        assert written.count(MASK) >= 4
        assert "ValueError" in written


def test_tracebacks_show_no_variables(tmp_path: Path) -> None:
    def fail(typed: str) -> None:
        raise RuntimeError(str(len(typed)))

    typed = "what a person wrote"
    for form in ("json", "text"):
        set_up(tmp_path / form, format=form)
        try:
            fail(typed)
        except RuntimeError:
            _log.exception("Failed")
        written = (tmp_path / form).read_text(encoding="utf-8")
        assert "RuntimeError" in written
        assert typed not in written


def test_odd_values_never_break_a_line(tmp_path: Path) -> None:
    set_up(tmp_path / "log")
    _log.info("Line\nbreak \ud800 \x00 한글", extra={"odd": {object(): {1, 2}}, "query": b"\xff"})
    _log.info("after")
    found = lines(tmp_path / "log")
    assert len(found) == 2
    assert "한글" in found[0]["message"]


def test_warnings_and_crashed_threads_reach_the_log(tmp_path: Path) -> None:
    set_up(tmp_path / "log")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn("old habits", stacklevel=1)
        thread = threading.Thread(target=lambda: 1 / 0, name="watcher")
        thread.start()
        thread.join()
    first, second = lines(tmp_path / "log")
    assert "old habits" in first["message"]
    assert (second["level"], second["thread_of_crash"]) == ("critical", "watcher")
    assert "ZeroDivisionError" in second["exception"]


def test_a_thread_that_ends_itself_is_no_crash(tmp_path: Path) -> None:
    set_up(tmp_path / "log")
    thread = threading.Thread(target=lambda: sys.exit(0))
    thread.start()
    thread.join()
    assert lines(tmp_path / "log") == []


def test_setting_up_again_replaces_the_first_set_up(tmp_path: Path) -> None:
    set_up(tmp_path / "first")
    set_up(tmp_path / "second", level="error")
    _log.warning("quiet")
    _log.error("loud")
    assert (tmp_path / "first").read_text() == ""
    assert [line["message"] for line in lines(tmp_path / "second")] == ["loud"]


def test_where_the_file_cannot_be_the_log_goes_to_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    set_up(tmp_path / "file" / "paperboy.log")
    _log.warning("still said")
    assert json.loads(capsys.readouterr().err)["message"] == "still said"


def test_structlog_is_imported_only_when_the_log_is_set_up() -> None:
    code = "import sys, bot.logs, bot.redaction; print('structlog' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_structlog_comes_without_what_only_its_own_tracebacks_need() -> None:
    code = (
        "import sys, bot.logs, bot.settings; bot.logs.set_up_logs(bot.settings.LogSettings(), str);"
        "print('structlog' in sys.modules, 'rich' in sys.modules, 'pygments' in sys.modules); import rich.console"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["True", "False", "False"]
