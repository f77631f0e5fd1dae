"""Read where settings stand: the environment, `.env` and `paperboy.toml`, each as written, nothing checked yet."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import environ
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from bot.configuration.fields import Models, SettingField, setting_fields
from bot.errors import SettingsError
from bot.redaction import password_of
from bot.sentences import sentence

ENV_FILE, TOML_FILE = ".env", "paperboy.toml"


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of settings in falling precedence; names of variables are in upper case."""

    environment: Mapping[str, str]
    env_file: Mapping[str, str]
    toml: Mapping[str, Any]


def read_sources(folder: Path = Path(), environment: Mapping[str, str] = environ) -> Sources:
    """Read the sources beside which Paperboy was started; raises SettingsError for a file that can't be read."""
    return Sources(
        {name.upper(): value for name, value in environment.items()},
        _read_env_file(folder / ENV_FILE),
        _read_toml(folder / TOML_FILE),
    )


def source_of(field: SettingField, sources: Sources) -> str | None:
    """Name the source a setting's value comes from, None where it is the default."""
    for mapping, source in ((sources.environment, "environment"), (sources.env_file, ENV_FILE)):
        if any(_is_set(name, field, mapping) for name in (*field.variables, *_group(field))):
            return source
    return TOML_FILE if written(field, sources) is not None else None


def written(field: SettingField, sources: Sources) -> object:
    """Return what `paperboy.toml` says of a setting, None where it says nothing."""
    table: object = sources.toml
    for part in field.key:
        table = table.get(part) if isinstance(table, Mapping) else None
    return table if field.key else None


def known_secrets(models: Models, sources: Sources) -> frozenset[str]:
    """Return every secret value that stands in a source, and the passwords within them: what no log may show."""
    values = {value for field in setting_fields(models) if field.secret for value in _values(field, sources)}
    passwords = {password for value in values if (password := password_of(value))}
    return frozenset(values | passwords)


def _values(field: SettingField, sources: Sources) -> Iterator[str]:
    for mapping in (sources.environment, sources.env_file):
        yield from (mapping[name] for name in field.variables if mapping.get(name))
    value = written(field, sources)
    if isinstance(value, str) and value:
        yield value


def _is_set(name: str, field: SettingField, mapping: Mapping[str, str]) -> bool:
    return bool(mapping.get(name)) or (field.free_keys and any(each.startswith(f"{name}_") for each in mapping))


def _group(field: SettingField) -> tuple[str, ...]:
    """Return the variable that sets the whole table of a setting at once, as JSON."""
    if len(field.path) < 2:
        return ()
    return (f"{field.model.model_config.get('env_prefix', '')}{field.path[0]}".upper(),)


def _read_env_file(file: Path) -> Mapping[str, str]:
    try:
        if not file.is_file():
            return {}
        return {name.upper(): value for name, value in dotenv_values(file).items() if value is not None}
    except UnicodeDecodeError:
        raise SettingsError(sentence("{file} is not UTF-8 text. Save it as UTF-8.", file=file.name)) from None
    except OSError:
        raise SettingsError(sentence("{file} can't be read. Let Paperboy read it.", file=file.name)) from None


def _read_toml(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise SettingsError(sentence("{file} is not UTF-8 text. Save it as UTF-8.", file=file.name)) from None
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
        raise SettingsError(sentence("{file} is not TOML: {reason}.", file=file.name, reason=reason)) from None
    except OSError:
        raise SettingsError(sentence("{file} can't be read. Let Paperboy read it.", file=file.name)) from None
