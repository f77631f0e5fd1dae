"""Settings that are misspelt or can't be used are named with the near ones, and no secret is ever among the words."""

from pathlib import Path

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.bootstrap import settings_loaders, settings_models
from bot.configuration.check import find_problems
from bot.configuration.fields import setting_fields
from bot.configuration.report import setting_values
from bot.configuration.sources import known_secrets, read_sources
from bot.errors import SettingsError
from bot.settings import Settings, load_settings
from bot.words import Words

CANARY = "canary-0123456789"


class Row(BaseModel):
    channel: str = Field(description="A channel.")
    rule: str = Field(default="all", description="A rule.")


class PostSettings(BaseModel):
    at: str = Field(default="09:00", description="When.")
    channels: list[Row] = Field(default_factory=list, description="Which.")


class Imagined(BaseSettings):
    """An adapter's settings."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_prefix="IMAGINED_",
        env_nested_delimiter="_",
        toml_file="paperboy.toml",
        extra="ignore",
        frozen=True,
    )

    token: SecretStr = Field(description="The token.")
    app_token: SecretStr | None = Field(default=None, description="Another token.")
    post: PostSettings = Field(default_factory=PostSettings, description="Posting.")
    limit: int = Field(default=3, description="A number.")

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **named: PydanticBaseSettingsSource
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (*sources, *named.values(), TomlConfigSettingsSource(settings_cls))

    @field_validator("app_token")
    @classmethod
    def _begins_right(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("app-"):
            raise ValueError(f"{value.get_secret_value()} doesn't begin with app-")
        return value


MODELS = (Settings, Imagined)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for field in setting_fields(MODELS):
        for name in field.variables:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def problems() -> list[str]:
    return [str(problem) for problem in find_problems(MODELS, read_sources())]


def test_nothing_set_is_well() -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("PAPERBOY_NOTE", "PAPERBOY_NOTES"),
        ("PAPERBOY_DIGSET_AT", "PAPERBOY_DIGEST_AT"),
        ("PAPERBOY_TIME_ZONE", "PAPERBOY_TIMEZONE"),
        ("paperboy_log_levle", "PAPERBOY_LOG_LEVEL"),
    ],
)
def test_a_misspelt_variable_is_named_with_the_near_one(monkeypatch: pytest.MonkeyPatch, name: str, near: str) -> None:
    monkeypatch.setenv(name, "x")
    assert problems() == [f"“{name.upper()}” in environment is not a setting. Did you mean {near}?"]


def test_a_variable_near_nothing_gets_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_XYZZY", CANARY)
    assert problems() == ["“PAPERBOY_XYZZY” in environment is not a setting. `paperboy config` lists them all."]


def test_what_is_not_paperboys_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("IMAGINED_TOKN", "somebody else's")
    monkeypatch.setenv("PAPERBOY_DEBUG", "1")
    monkeypatch.setenv("PAPERBOY_TAG_ALIASES_LM", "language_model")
    monkeypatch.setenv("PAPERBOY_LOG", '{"level": "info"}')
    (tmp_path / ".env").write_text("POSTGRES_PASSWORD=x\nCOMPOSE_PROFILES=cluster\n")
    assert problems() == []


def test_in_the_env_file_a_near_miss_of_any_name_counts(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"IMAGINED_TOKN={CANARY}\nexport PAPERBOY_NOTEZ=x\n")
    assert problems() == [
        "“IMAGINED_TOKN” in .env is not a setting. Did you mean IMAGINED_TOKEN?",
        "“PAPERBOY_NOTEZ” in .env is not a setting. Did you mean PAPERBOY_NOTES?",
    ]


def test_unknown_keys_are_found_at_every_depth_of_the_toml_file(tmp_path: Path) -> None:
    (tmp_path / "paperboy.toml").write_text(
        'notez = "x"\n[digest]\natt = "09:00"\n[tag_aliases]\nlm = "language_model"\n'
        '[post]\n[[post.channels]]\nchannel = "c"\nrulez = "x"\n[[post.channels]]\nchannel = "c"\n'
    )
    assert problems() == [
        "“notez” in paperboy.toml is not a setting. Did you mean notes?",
        "“digest.att” in paperboy.toml is not a setting. Did you mean digest.at?",
        "“post.channels.rulez” in paperboy.toml is not a setting. Did you mean post.channels.rule?",
    ]


def test_every_bad_value_gets_a_sentence_with_its_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PAPERBOY_TIMEZONE", "KST+9")
    (tmp_path / ".env").write_text("PAPERBOY_DIGEST_AT=25:00\n")
    (tmp_path / "paperboy.toml").write_text('limit = "many"\n[log]\nlevel = "loud"\n')
    monkeypatch.setenv("IMAGINED_TOKEN", CANARY)
    assert problems() == [
        "PAPERBOY_TIMEZONE in environment is not usable: “KST+9” is not a time zone; use a name like Asia/Seoul.",
        "PAPERBOY_DIGEST_AT in .env is not usable: “25:00” is not a time of day; use HH:MM, e.g. 09:00.",
        "log.level in paperboy.toml is not usable: it is one of 'debug', 'info', 'warning', 'error'.",
        "limit in paperboy.toml is not usable: it is a whole number.",
    ]


def test_a_reason_is_said_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_DIGEST_AT", "25:00")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    said = Words("ko").say(refused.value.sentence)
    assert said == "PAPERBOY_DIGEST_AT 값을 쓸 수 없어요: “25:00”. 09:00처럼 HH:MM으로 적어 주세요."


def test_a_variable_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PAPERBOY_TIMEZONE=\nPAPERBOY_LANG=\n")
    for name in ("DATABASE_URL", "PAPERBOY_DIGEST_AT", "PAPERBOY_TAG_ALIASES", "SLACK_BOT_TOKEN", "DISCORD_TOKEN"):
        monkeypatch.setenv(name, "")
    assert problems() == []
    assert [str(problem) for problem in find_problems(settings_models(), read_sources(), settings_loaders())] == []
    found = {value.name: (value.value, value.source) for value in setting_values(MODELS, read_sources())}
    assert found["PAPERBOY_TIMEZONE"] == ("Asia/Seoul", "default")
    assert found["DATABASE_URL"] == (None, "default")


def test_a_bad_secret_is_named_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGINED_TOKEN", "fine-0123456789")
    monkeypatch.setenv("IMAGINED_APP_TOKEN", CANARY)
    assert problems() == ["IMAGINED_APP_TOKEN in environment is not usable: *** doesn't begin with app-."]


def test_a_row_that_lacks_something_is_a_problem_but_an_adapter_without_its_token_is_not(tmp_path: Path) -> None:
    (tmp_path / "paperboy.toml").write_text('[[post.channels]]\nrule = "all"\n')
    assert problems() == ["post.channels[0].channel in paperboy.toml is not usable: it is missing."]


def test_a_value_in_the_place_of_a_table_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "paperboy.toml").write_text('post = "daily"\n')
    assert problems() == ["post is not usable: it is a table of names and values."]
    (tmp_path / "paperboy.toml").write_text('[post]\nchannels = ["console:local/main"]\n')
    assert problems() == ["post.channels[0] in paperboy.toml is not usable: it is a table of names and values."]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("paperboy.toml", b"notes = ", "paperboy.toml is not TOML: Invalid value (at end of document)."),
        ("paperboy.toml", "notes = 'x'".encode("utf-16"), "paperboy.toml is not UTF-8 text. Save it as UTF-8."),
        (".env", "PAPERBOY_NOTES=노트".encode("cp949"), ".env is not UTF-8 text. Save it as UTF-8."),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        read_sources()
    assert str(raised.value) == said


def test_each_value_is_shown_with_its_source_and_the_strongest_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "paperboy.toml").write_text(
        'notes = "t"\ntimezone = "Asia/Tokyo"\n[digest]\nat = "07:30"\n[tag_aliases]\nlm = "language_model"\n'
    )
    (tmp_path / ".env").write_text(f"PAPERBOY_TIMEZONE=Europe/Berlin\nDATABASE_URL=postgresql://u:{CANARY}@h/d\n")
    monkeypatch.setenv("PAPERBOY_TIMEZONE", "UTC")
    monkeypatch.setenv("IMAGINED_TOKEN", CANARY)
    found = {value.name: (value.value, value.source) for value in setting_values(MODELS, read_sources())}
    assert found["PAPERBOY_TIMEZONE"] == ("UTC", "environment")
    assert found["PAPERBOY_NOTES"] == ("t", "paperboy.toml")
    assert found["PAPERBOY_DIGEST_AT"] == ("07:30", "paperboy.toml")
    assert found["PAPERBOY_TAG_ALIASES"] == ("lm = language_model", "paperboy.toml")
    assert found["DATABASE_URL"] == ("***", ".env")
    assert found["IMAGINED_TOKEN"] == ("***", "environment")
    assert found["IMAGINED_APP_TOKEN"] == (None, "default")
    assert found["PAPERBOY_LOG_LEVEL"] == ("info", "default")
    assert CANARY not in str(found)


def test_rows_of_a_table_are_shown_on_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = '[[post.channels]]\nchannel = "c"\n[[post.channels]]\nchannel = "d"\nrule = "#llm"\n'
    (tmp_path / "paperboy.toml").write_text(rows)
    monkeypatch.setenv("IMAGINED_TOKEN", "fine-0123456789")
    found = {value.name: value.value for value in setting_values(MODELS, read_sources())}
    assert found["IMAGINED_POST_CHANNELS"] == "channel=c rule=all, channel=d rule=#llm"


def test_values_are_shown_although_one_of_them_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERBOY_TIMEZONE", "KST+9")
    monkeypatch.setenv("DATABASE_URL", CANARY)
    found = {value.name: value.value for value in setting_values(MODELS, read_sources())}
    assert (found["PAPERBOY_TIMEZONE"], found["PAPERBOY_NOTES"], found["DATABASE_URL"]) == ("KST+9", "seeds", "***")


def test_every_secret_and_the_password_within_is_known_wherever_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("IMAGINED_TOKEN", "one-secret")
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://u:two-secret@h/d\n")
    (tmp_path / "paperboy.toml").write_text('app_token = "three-secret"\n')
    assert known_secrets(MODELS, read_sources()) == {
        "one-secret",
        "two-secret",
        "postgresql://u:two-secret@h/d",
        "three-secret",
    }
