"""`.env.example` and docs/settings.md say what the settings models say, and every setting is described."""

from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot.bootstrap import settings_models
from bot.configuration.documents import env_example, settings_document, undescribed, write_documents
from bot.configuration.fields import setting_fields

ROOT = Path(__file__).parents[2]
_CURE = "bring it up to date with: uv run python -m bot.configuration.documents"


@pytest.mark.parametrize(("file", "write"), [(".env.example", env_example), ("docs/settings.md", settings_document)])
def test_the_written_file_is_what_the_models_say(file: str, write: object) -> None:
    assert (ROOT / file).read_text(encoding="utf-8") == write(settings_models()), _CURE  # type: ignore[operator]


def test_every_setting_is_described() -> None:
    assert list(undescribed(settings_models())) == []


def test_every_setting_has_a_name_of_its_own_that_says_whose_it_is() -> None:
    names = [name for field in setting_fields(settings_models()) for name in field.variables]
    assert len(set(names)) == len(names)
    assert [name for name in names if not name.startswith(("PAPERBOY_", "SLACK_", "DISCORD_", "DATABASE_URL"))] == []


def test_the_example_sets_nothing_until_somebody_takes_the_marks_away() -> None:
    text = env_example(settings_models())
    assert dotenv_values(stream=StringIO(text)) == {}
    uncommented = text.replace("# PAPERBOY_TIMEZONE", "PAPERBOY_TIMEZONE")
    assert dotenv_values(stream=StringIO(uncommented)) == {"PAPERBOY_TIMEZONE": "Asia/Seoul"}


def test_both_are_written_by_one_command(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    write_documents(settings_models(), tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [".env.example", "settings.md"]
