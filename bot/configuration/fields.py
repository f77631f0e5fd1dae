"""List what can be set, read off the settings models: names, defaults, descriptions, which are secret."""

import types
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel, SecretBytes, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

Models = Sequence[type[BaseSettings]]

# Read by the command line before there are settings.
OTHER_VARIABLES = {"PAPERBOY_DEBUG": "Set to 1 to see the traceback of a failure of Paperboy's own."}


@dataclass(frozen=True, slots=True)
class SettingField:
    """One setting: where its value stands in the model, and what it is called in each source.

    `variables` are names in the environment and `.env`, the preferred one first. `key` is the path in
    `paperboy.toml`, empty where the model doesn't read that file. `default` is as an operator would write it, None
    where there is none. `rows` is the model of each row where the setting is a list of tables. `free_keys` says
    that what stands under it is the operator's own.
    """

    model: type[BaseSettings]
    path: tuple[str, ...]
    variables: tuple[str, ...]
    key: tuple[str, ...]
    default: str | None
    choices: tuple[str, ...]
    description: str
    secret: bool
    required: bool
    rows: type[BaseModel] | None
    free_keys: bool

    @property
    def name(self) -> str:
        """Return the name that people are told."""
        return self.variables[0]


def setting_fields(models: Models) -> tuple[SettingField, ...]:
    """Return every setting of the models, in their order."""
    return tuple(field for model in models for field in _fields_of(model))


def inner_model(annotation: object) -> type[BaseModel] | None:
    """Return the model a setting holds as a table, None where it holds a plain value."""
    return next((part for part in _parts(annotation) if isinstance(part, type) and issubclass(part, BaseModel)), None)


def row_model(annotation: object) -> type[BaseModel] | None:
    """Return the model of the rows of a list of tables."""
    for part in _parts(annotation):
        if get_origin(part) in (list, tuple, Sequence):
            return next((model for each in get_args(part) if (model := inner_model(each))), None)
    return None


def names_of(name: str, field: FieldInfo) -> tuple[str, ...]:
    """Return the names a field goes by in a file."""
    alias = field.validation_alias or field.alias
    match alias:
        case str():
            return (alias,)
        case AliasChoices():
            return tuple(choice for choice in alias.choices if isinstance(choice, str))
        case _:
            return (name,)


def _fields_of(model: type[BaseSettings]) -> Iterator[SettingField]:
    prefix = model.model_config.get("env_prefix", "")
    delimiter = model.model_config.get("env_nested_delimiter") or ""
    for name, field in model.model_fields.items():
        inner = inner_model(field.annotation)
        if inner is None:
            yield _field(model, (name,), field, _variables(model, name, field), _top_key(name, field))
            continue
        for below, part in inner.model_fields.items():
            variable = f"{prefix}{name}{delimiter}{below}".upper()
            yield _field(model, (name, below), part, (variable,) if delimiter else (), (name, below))


def _field(
    model: type[BaseSettings],
    path: tuple[str, ...],
    field: FieldInfo,
    variables: tuple[str, ...],
    key: tuple[str, ...],
) -> SettingField:
    return SettingField(
        model=model,
        path=path,
        variables=variables or (".".join(path),),
        key=key if model.model_config.get("toml_file") else (),
        default=None if _is_secret(field.annotation) else _default(field),
        choices=_choices(field.annotation),
        description=field.description or "",
        secret=_is_secret(field.annotation),
        required=field.is_required(),
        rows=row_model(field.annotation),
        free_keys=any(get_origin(part) is dict for part in _parts(field.annotation)),
    )


def _variables(model: type[BaseSettings], name: str, field: FieldInfo) -> tuple[str, ...]:
    plain = f"{model.model_config.get('env_prefix', '')}{name}".upper()
    if not (field.validation_alias or field.alias):
        return (plain,)
    also = (plain,) if model.model_config.get("populate_by_name") else ()
    return tuple(dict.fromkeys((*(each.upper() for each in names_of(name, field)), *also)))


def _top_key(name: str, field: FieldInfo) -> tuple[str, ...]:
    names = names_of(name, field)
    return (name if name in names else names[0],)


def _default(field: FieldInfo) -> str | None:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or value in ({}, [], ()):
        return None
    return shown(value)


def shown(value: object) -> str:
    """Write a value as an operator would."""
    match value:
        case bool():
            return "true" if value else "false"
        case SecretStr() | SecretBytes():
            return "***"
        case dict():
            return ", ".join(f"{name} = {shown(each)}" for name, each in value.items())
        case list() | tuple() | set() | frozenset():
            return ", ".join(shown(each) for each in value)
        case BaseModel():
            return " ".join(f"{name}={shown(each)}" for name, each in value if each is not None)
        case _:
            return str(value)


def _is_secret(annotation: object) -> bool:
    return any(part in (SecretStr, SecretBytes) for part in _parts(annotation))


def _choices(annotation: object) -> tuple[str, ...]:
    found = [str(choice) for part in _parts(annotation) if get_origin(part) is Literal for choice in get_args(part)]
    return ("true", "false") if bool in _parts(annotation) else tuple(found)


def _parts(annotation: object) -> tuple[Any, ...]:
    """Take a union and Annotated apart; any other annotation is its own only part."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(part for each in get_args(annotation) for part in _parts(each))
    return (annotation,)
