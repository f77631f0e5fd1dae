"""The operator's Slack settings: from the environment and `.env`, checked once at the start."""

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.configuration.values import reason_of
from bot.errors import SettingsError
from bot.sentences import sentence

PUBLIC_API = "https://slack.com/api/"


class SlackSettings(BaseSettings):
    """Hold tokens, the addresses of Slack, and what the commands are called."""

    model_config = SettingsConfigDict(
        env_prefix="PAPERBOY_SLACK_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    bot_token: SecretStr | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="The bot's token (xoxb-…) in one workspace."
    )
    app_token: SecretStr | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="The app's token (xapp-…); with it, Socket Mode."
    )
    signing_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_SIGNING_SECRET", description="What Slack signs its HTTP requests with."
    )
    client_id: str | None = Field(
        None, validation_alias="SLACK_CLIENT_ID", description="With it, workspaces install the app themselves."
    )
    client_secret: SecretStr | None = Field(
        None, validation_alias="SLACK_CLIENT_SECRET", description="The secret that belongs to SLACK_CLIENT_ID."
    )
    api_url: str = Field(
        PUBLIC_API,
        validation_alias="SLACK_API_URL",
        description="Where every call goes instead of https://slack.com/api/, e.g. GovSlack or a proxy.",
    )
    admins_only: bool = Field(False, description="Let only workspace admins change what a channel gets.")
    paper_command: str = Field("/paper", pattern="^/[^ ]+$", description="What the lookup command is called.")
    digest_command: str = Field("/digest", pattern="^/[^ ]+$", description="What the digest command is called.")

    @property
    def many_workspaces(self) -> bool:
        """Say whether workspaces install the app themselves; a bot token means one workspace."""
        return self.bot_token is None and self.client_id is not None

    @property
    def socket_mode(self) -> bool:
        """Say whether events come over a socket instead of HTTP."""
        return self.app_token is not None

    @property
    def base_url(self) -> str:
        """Return the address every method's name is appended to."""
        return self.api_url if self.api_url.endswith("/") else f"{self.api_url}/"

    @property
    def authorize_url(self) -> str:
        """Return where people agree to an installation: beside the API's own address."""
        return f"{self.base_url.removesuffix('api/')}oauth/v2/authorize"

    @property
    def redirect_url(self) -> str:
        """Return where a browser is led into Slack's own app."""
        return f"{self.base_url.removesuffix('api/')}app_redirect"


def load_settings() -> SlackSettings | None:
    """Read the settings; None where Slack isn't set up at all. Raises SettingsError naming setting and cure."""
    try:
        settings = SlackSettings()  # type: ignore[call-arg]  # every field has a default
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise SettingsError(
            sentence("{setting} is not usable: {reason}.", setting=_name(str(first["loc"][0])), reason=reason_of(first))
        ) from None
    if settings.bot_token is None and settings.client_id is None:
        if settings.app_token is None:
            return None
        raise SettingsError(
            sentence(
                "SLACK_APP_TOKEN is set without SLACK_BOT_TOKEN. Copy the bot token (xoxb-…) from"
                " “OAuth & Permissions”."
            )
        )
    _check_kinds(settings)
    _check_mode(settings)
    return settings


def _check_kinds(settings: SlackSettings) -> None:
    for name, token, start in (
        ("SLACK_BOT_TOKEN", settings.bot_token, ("xoxb-", "xoxe.xoxb-")),
        ("SLACK_APP_TOKEN", settings.app_token, ("xapp-",)),
    ):
        if token is not None and not token.get_secret_value().strip().startswith(start):
            raise SettingsError(
                sentence(
                    "{setting} holds another kind of token: the right one begins with {start}.",
                    setting=name,
                    start=start[0],
                )
            )
    if not settings.base_url.startswith(("https://", "http://")):
        raise SettingsError(sentence("SLACK_API_URL is not an address: it begins with https:// and ends with /api/."))


def _check_mode(settings: SlackSettings) -> None:
    if settings.many_workspaces and settings.client_secret is None:
        raise SettingsError(
            sentence("SLACK_CLIENT_ID is set without SLACK_CLIENT_SECRET. Copy both from “Basic Information”.")
        )
    if settings.many_workspaces and settings.signing_secret is None:
        raise SettingsError(sentence("Many workspaces need SLACK_SIGNING_SECRET. Copy it from “Basic Information”."))
    if settings.app_token is None and settings.signing_secret is None:
        raise SettingsError(
            sentence(
                "SLACK_BOT_TOKEN needs company: SLACK_APP_TOKEN (xapp-…) for Socket Mode,"
                " or SLACK_SIGNING_SECRET for HTTP."
            )
        )


def _name(field: str) -> str:
    return field if field.isupper() else f"PAPERBOY_SLACK_{field.upper()}"
