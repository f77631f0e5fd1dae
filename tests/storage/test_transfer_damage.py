"""A damaged export, or what is none, is refused in one sentence and changes nothing."""

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from bot.errors import UsageError
from bot.storage.engine import transaction
from bot.storage.tables import metadata
from bot.storage.transfer import import_lines
from tests.fakes.rows import fill
from tests.fakes.transfers import everything, exported


@pytest.fixture
def filled(engine: Engine) -> Engine:
    with transaction(engine) as connection:
        fill(connection, metadata, rows=3)
    return engine


def _without_end(lines: list[str]) -> list[str]:
    return lines[:-1]


def _without_a_row(lines: list[str]) -> list[str]:
    return [*lines[:-2], lines[-1]]


def _with_a_changed_row(lines: list[str]) -> list[str]:
    at = next(number for number, line in enumerate(lines) if '"table": "audit"' in line)
    return [*lines[:at], lines[at].replace("plain", "plane").replace("한글", "한굴"), *lines[at + 1 :]]


def _with_a_changed_end(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1].replace('"rows": 3', '"rows": 4', 1)]


def _with_a_strange_end(lines: list[str]) -> list[str]:
    return [*lines[:-1], '{"end": [1, 2]}\n']


def _with_a_second_end(lines: list[str]) -> list[str]:
    return [*lines, lines[-1]]


def _cut_in_a_row(lines: list[str]) -> list[str]:
    return [*lines[:7], lines[7][:20]]


def _with_an_unknown_table(lines: list[str]) -> list[str]:
    return [lines[0], '{"table": "sqlite_master", "row": {}}\n', *lines[1:]]


def _with_an_unknown_column(lines: list[str]) -> list[str]:
    return _first_row_changed(lines, lambda row: row.update(extra=1))


def _with_a_wrong_type(lines: list[str]) -> list[str]:
    return _first_row_changed(lines, lambda row: row.update({next(iter(row)): {"a": 1}}))


def _with_half_a_character(lines: list[str]) -> list[str]:
    return _first_row_changed(lines, lambda row: row.update({next(iter(row)): "\ud800"}))


def _with_a_row_twice(lines: list[str]) -> list[str]:
    return [lines[0], lines[1], *lines[1:]]


def _with_a_row_that_points_nowhere(lines: list[str]) -> list[str]:
    at = next(number for number, line in enumerate(lines) if '"table": "audit"' in line)
    return [*lines[:at], lines[at].replace('"channel_id": 1', '"channel_id": 999'), *lines[at + 1 :]]


def _with_a_line_that_is_no_row(lines: list[str]) -> list[str]:
    return [lines[0], '{"table": "audit"}\n', *lines[1:]]


def _with_a_moment_without_a_zone(lines: list[str]) -> list[str]:
    at = next(number for number, line in enumerate(lines) if '"created_at": "' in line)
    return [*lines[:at], re.sub(r'("created_at": "[^"]+?)(?:\+00:00|Z)"', r'\1"', lines[at]), *lines[at + 1 :]]


def _without_the_row_about_the_whole(lines: list[str]) -> list[str]:
    end = json.loads(lines[-1])
    end["end"].pop("meta")
    return [*(line for line in lines[:-1] if '"table": "meta"' not in line), json.dumps(end) + "\n"]


def _first_row_changed(lines: list[str], change: Callable[[dict[str, object]], object]) -> list[str]:
    line = json.loads(lines[1])
    change(line["row"])
    return [lines[0], json.dumps(line) + "\n", *lines[2:]]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_without_end, r"export\.jsonl ends too early"),
        (_cut_in_a_row, r"line 8, can't be imported: it is not a JSON object"),
        (_without_a_row, r"isn't as it was written"),
        (_with_a_changed_row, r"isn't as it was written"),
        (_with_a_changed_end, r"isn't as it was written"),
        (_with_a_strange_end, r"isn't as it was written"),
        (_with_a_second_end, r"goes on after its end"),
        (_with_an_unknown_table, r"line 2, can't be imported: there is no table “sqlite_master”"),
        (_with_an_unknown_column, r"line 2, can't be imported: “extra” of “\w+” doesn't fit"),
        (_with_a_wrong_type, r"line 2, can't be imported: “\w+” of “\w+” doesn't fit"),
        (_with_half_a_character, r"line 2, can't be imported: “\w+” of “\w+” doesn't fit"),
        (_with_a_line_that_is_no_row, r"line 2, can't be imported: it is not a row of a table"),
        (_with_a_moment_without_a_zone, r"can't be imported: “created_at” of “\w+” doesn't fit"),
        (_without_the_row_about_the_whole, r"it says nothing about the whole"),
        (_with_a_row_twice, r"line 2, can't be imported: a row of “\w+” here or shortly after doesn't fit"),
        (_with_a_row_that_points_nowhere, r"can't be imported: a row of “audit” here or shortly after"),
    ],
)
def test_a_damaged_file_changes_nothing(filled: Engine, damage: Callable[[list[str]], list[str]], said: str) -> None:
    lines = damage(exported(filled))
    before = everything(filled)
    with pytest.raises(UsageError, match=said) as raised:
        import_lines(filled, lines, "export.jsonl", replace=True)
    assert "othing was changed" in str(raised.value)
    assert everything(filled) == before


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "is not an export of Paperboy"),
        (["\x00\x01\n"], "is not an export of Paperboy"),
        ([b"\xff\xfe"], "is not an export of Paperboy"),
        (["[1, 2]\n"], "is not an export of Paperboy"),
        (['{"paperboy": "export", "format": 1, "revision": "0000", "version": "0"}\n'], "is not an export of Paperboy"),
        (['{"paperboy": "export", "format": 2, "version": "9.9"}\n'], r"by Paperboy 9\.9\. Update Paperboy first"),
        (
            ['{"paperboy": "export", "format": 1, "revision": "9999", "version": "9.9"}\n'],
            r"by Paperboy 9\.9\. Update Paperboy first",
        ),
        (['{"paperboy": "diary"}\n'], "is not an export of Paperboy"),
        (["[" * 200_000 + "\n"], "is not an export of Paperboy"),
    ],
)
def test_what_is_no_export_of_ours_is_refused(engine: Engine, lines: list[str | bytes], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        import_lines(engine, lines, "export.jsonl")
