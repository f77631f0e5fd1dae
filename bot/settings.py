"""The operator's settings: from the environment, `.env` and `paperboy.toml`, checked once at the start."""

from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AliasChoices, BaseModel, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError as UnreadableSettings

from bot.configuration.values import UnusableValueError, not_taken_apart, reason_of
from bot.errors import SettingsError, UsageError
from bot.model import ChannelAddress
from bot.sentences import Sentence, sentence
from bot.web.address import DEFAULT_ADDRESS, PRIVATE_NETWORKS, read_address, read_networks, read_public_url


def _time_of_day(value: str) -> str:
    try:
        return time.fromisoformat(value).strftime("%H:%M")
    except ValueError:
        raise UnusableValueError(sentence("“{text}” is not a time of day; use HH:MM, e.g. 09:00", text=value)) from None


def _channel_address(value: str) -> str:
    try:
        return str(ChannelAddress.read(value))
    except UsageError:
        raise UnusableValueError(
            sentence("“{text}” is not a channel; write it like slack:T123/C456", text=value)
        ) from None


TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]


class ChannelSettings(BaseModel):
    """A channel that is subscribed on start."""

    channel: str = Field(description="The channel's address, e.g. `slack:T123/C456`.")
    rule: str = Field(description="What it gets: `all`, or tags as in `#llm -#survey`.")
    at: str | None = Field(None, description="Its time of day, HH:MM.")
    timezone: str | None = Field(None, description="Its time zone.")
    days: str | None = Field(None, description="Its weekdays, e.g. `mon-fri`.")
    lang: str | None = Field(None, description="`ko`, `en` or `both`.")
    style: str | None = Field(None, description="`compact` or `full`.")


class DigestSettings(BaseModel):
    """When a channel's digest is due unless the channel says otherwise."""

    at: TimeOfDay = Field(default="09:00", description="The time of day of a channel that names none.")
    catch_up_days: int = Field(default=3, ge=1, le=31, description="How many missed posting days are still posted.")
    channels: list[ChannelSettings] = Field(
        default_factory=list, description="Channels that are subscribed on start, in `paperboy.toml`."
    )


class DeliverySettings(BaseModel):
    """How a digest is sent."""

    lease: float = Field(default=45.0, gt=0, le=3600, description="Seconds that one worker has to send one message.")


class LogSettings(BaseModel):
    """How the log is written."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="The least that is logged.")
    format: Literal["auto", "text", "json"] = Field(
        default="auto",
        description="`text` for people, `json` for machines, `auto`: text on a terminal, JSON elsewhere.",
    )
    content: bool = Field(default=False, description="Log what people write, too; only to look into a problem.")


def _readable_by(read: Callable[[str], object]) -> AfterValidator:
    """Return a check that a text can be read; what it stands for is read again where it is used."""

    def check(value: str) -> str:
        read(value)
        return value

    return AfterValidator(check)


class HttpSettings(BaseModel):
    """Where the web server listens: health, metrics, the archive, adapters' endpoints."""

    address: Annotated[str, _readable_by(read_address)] = Field(
        default=DEFAULT_ADDRESS,
        description="Host and port of the web server, or `off`. Whoever reaches it can read the notes.",
    )
    proxies: Annotated[str, _readable_by(read_networks)] = Field(
        default="127.0.0.0/8, ::1", description="Networks of proxies whose X-Forwarded-For is believed."
    )
    operators: Annotated[str, _readable_by(read_networks)] = Field(
        default=PRIVATE_NETWORKS, description="Networks that may ask for /metrics and /readyz: private ones."
    )


class Settings(BaseSettings):
    """Hold every setting of the core; each adapter keeps its own beside its code."""

    model_config = SettingsConfigDict(
        env_prefix="PAPERBOY_",
        env_file=".env",
        env_ignore_empty=True,
        env_nested_delimiter="_",
        env_nested_max_split=1,
        toml_file="paperboy.toml",
        extra="ignore",
        frozen=True,
        validate_default=False,
    )

    notes: Path = Field(Path("seeds"), description="The folder of note files.")
    data: Path = Field(Path(), description="The folder of the SQLite database and the search index.")
    database_url: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("DATABASE_URL", "PAPERBOY_DATABASE_URL", "database_url"),
        description="A PostgreSQL or SQLite address; without it, `paperboy.db` in the data folder.",
    )
    timezone: str = Field("Asia/Seoul", description="The time zone of a channel that names none.")
    lang: Literal["ko", "en"] | None = Field(None, description="The language of the command line and console.")
    digest: DigestSettings = Field(default_factory=DigestSettings)
    delivery: DeliverySettings = Field(default_factory=DeliverySettings)
    log: LogSettings = Field(default_factory=LogSettings)
    http: HttpSettings = Field(default_factory=HttpSettings)
    public_url: Annotated[str, _readable_by(read_public_url)] | None = Field(
        None, description="Where people reach the web server from outside, e.g. https://notes.example.org."
    )
    ops_channel: Annotated[str, AfterValidator(_channel_address)] | None = Field(
        None,
        description="Where to say what is broken, e.g. `slack:T123/C456`; else whoever installed the bot is told.",
    )
    polling: bool = Field(
        default=False, description="Look for changed notes each second, for network folders that tell of no changes."
    )
    tag_aliases: dict[str, str] = Field(
        default_factory=dict, description='Tags that mean another one, e.g. {"lm": "language_model"}.'
    )

    @field_validator("timezone")
    @classmethod
    def _zone_is_known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise UnusableValueError(
                sentence("“{text}” is not a time zone; use a name like Asia/Seoul", text=value)
            ) from None
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read, in falling precedence: arguments, environment, `.env`, `paperboy.toml`."""
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def ops_address(self) -> ChannelAddress | None:
        """Return the channel where people are told what is broken."""
        return ChannelAddress.read(self.ops_channel) if self.ops_channel else None

    @property
    def index_folder(self) -> Path:
        """Return where the derived search index lives."""
        return self.data / "paperboy.index"

    @property
    def database_file(self) -> Path | None:
        """Return the file of the default database, or None where an address is set."""
        return None if self.database_url else self.data / "paperboy.db"


def load_settings(**overrides: object) -> Settings:
    """Read the settings; an override that is None is left out. Raises SettingsError naming the setting and the cure."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    except UnreadableSettings as error:
        raise SettingsError(not_taken_apart(str(error))) from None
    except (ValueError, OSError) as error:
        raise SettingsError(sentence("The settings can't be read: {reason}.", reason=str(error).rstrip("."))) from None


def _explain(error: ValidationError) -> Sentence:
    first = error.errors(include_url=False, include_input=False)[0]
    name = "_".join(str(part) for part in first["loc"])
    shown = name if name.isupper() else f"PAPERBOY_{name.upper()}"
    return sentence("{setting} is not usable: {reason}.", setting=shown, reason=reason_of(first))
