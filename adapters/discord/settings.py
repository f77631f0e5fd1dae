"""The operator's settings for Discord: from the environment and `.env`, checked once at the start."""

from typing import Annotated, Literal

from pydantic import Field, HttpUrl, SecretStr, ValidationError, WebsocketUrl, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as UnreadableSettings

from bot.configuration.values import UnusableValueError, reason_of
from bot.errors import SettingsError
from bot.sentences import Sentence, sentence

Guilds = Annotated[tuple[int, ...], NoDecode]


class DiscordSettings(BaseSettings):
    """Hold every setting of the Discord adapter."""

    model_config = SettingsConfigDict(
        env_prefix="PAPERBOY_DISCORD_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    token: SecretStr | None = Field(None, validation_alias="DISCORD_TOKEN", description="The bot's token.")
    api_url: HttpUrl | None = Field(
        None,
        validation_alias="DISCORD_API_URL",
        description="Where REST calls go instead of https://discord.com/api/v10, e.g. a proxy.",
    )
    gateway_url: WebsocketUrl | None = Field(
        None,
        validation_alias="DISCORD_GATEWAY_URL",
        description="Where the gateway is instead of wss://gateway.discord.gg/.",
    )
    message_content: bool = Field(
        False, description="Read messages that don't mention the bot, for previews of paper links."
    )
    guilds: Guilds = Field((), description="Guild ids to register the commands in at once, instead of globally.")
    shards: int | Literal["auto"] | None = Field(
        None, description="How many gateway connections share the guilds: a number, or auto for Discord's advice."
    )

    @field_validator("token")
    @classmethod
    def _no_token_is_none(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value is not None and value.get_secret_value().strip() else None

    @field_validator("guilds", mode="before")
    @classmethod
    def _guilds_by_comma(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = value.replace(",", " ").split()
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise UnusableValueError(
                sentence("“{text}” is not a list of guild ids like 123456789012345678,876543210987654321", text=value)
            )
        return tuple(int(part) for part in parts)

    @field_validator("shards")
    @classmethod
    def _some_shards(cls, value: int | str | None) -> int | str | None:
        if isinstance(value, int) and not 1 <= value <= 10_000:
            raise UnusableValueError(
                sentence("{number} is not a number of shards; use 1 or more, or auto", number=value)
            )
        return value


def load_settings(**overrides: object) -> DiscordSettings:
    """Read the settings; raises SettingsError naming the setting and the cure."""
    try:
        return DiscordSettings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None
    except (UnreadableSettings, ValueError, OSError) as error:
        raise SettingsError(sentence("The settings can't be read: {reason}.", reason=str(error).rstrip("."))) from None


def _explain(error: ValidationError) -> Sentence:
    first = error.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0])
    shown = name if name.isupper() else f"PAPERBOY_DISCORD_{name.upper()}"
    return sentence("{setting} is not usable: {reason}.", setting=shown, reason=reason_of(first))
