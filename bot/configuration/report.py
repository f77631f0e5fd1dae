"""Show every setting with its value and where that comes from; secrets are masked."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_settings import BaseSettings
from pydantic_settings.exceptions import SettingsError as UnreadableSettings

from bot.configuration.fields import Models, SettingField, setting_fields, shown
from bot.configuration.sources import ENV_FILE, Sources, source_of, written
from bot.redaction import MASK


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A setting as it is now: `value` is None where it isn't set and has no default, `***` where it is a secret.

    `source` is `environment`, `.env`, `paperboy.toml` or `default`.
    """

    name: str
    value: str | None
    source: str
    secret: bool


def setting_values(models: Models, sources: Sources) -> Iterator[SettingValue]:
    """Return the settings of the models in their order."""
    for model in models:
        settings = _load(model)
        for field in setting_fields([model]):
            source = source_of(field, sources)
            value = _read(settings, field) if settings is not None else _as_written(field, source, sources)
            hidden = value is not None and field.secret
            yield SettingValue(field.name, MASK if hidden else value, source or "default", field.secret)


def _load(model: type[BaseSettings]) -> BaseSettings | None:
    try:
        return model()
    except (ValidationError, UnreadableSettings, ValueError, OSError):
        return None  # `paperboy config check` says why


def _read(settings: BaseSettings, field: SettingField) -> str | None:
    value: object = settings
    for name in field.path:
        value = getattr(value, name)
    return None if value is None or value in ({}, [], ()) else shown(value)


def _as_written(field: SettingField, source: str | None, sources: Sources) -> str | None:
    if source is None:
        return field.default
    mapping = sources.env_file if source == ENV_FILE else sources.environment
    found = next((mapping[name] for name in field.variables if mapping.get(name)), None)
    return found if found is not None else shown(written(field, sources))
