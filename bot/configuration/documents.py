"""Write `.env.example` and `docs/settings.md` from the settings models.

`uv run python -m bot.configuration.documents` brings both up to date; a test finds out where they aren't.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel

from bot.configuration.fields import OTHER_VARIABLES, Models, SettingField, inner_model, setting_fields, shown

_ROOT = Path(__file__).parents[2]


def env_example(models: Models) -> str:
    """Return the text of `.env.example`: every variable, commented out at its default."""
    parts = ["# Copy to .env and take the # away from what you set. `paperboy config` shows what is in force.\n"]
    for model in models:
        parts.append(f"\n# --- {_title(model)} ---\n")
        parts += [_example(field) for field in setting_fields([model]) if field.rows is None]
    return "".join(parts)


def settings_document(models: Models) -> str:
    """Return the text of `docs/settings.md`: every setting in a table, and the lists of tables below it."""
    parts = [_INTRODUCTION]
    for model in models:
        fields = setting_fields([model])
        keyed = any(field.key for field in fields)
        parts.append(f"\n## {_title(model)}\n\n{_TABLE_HEADS[keyed]}")
        parts += [_row(field, keyed=keyed) for field in fields if field.rows is None]
        parts += [_rows_section(field) for field in fields if field.rows is not None]
    parts.append("\n## Beside the settings\n\n| variable | meaning |\n|---|---|\n")
    parts += [f"| `{name}` | {meaning} |\n" for name, meaning in OTHER_VARIABLES.items()]
    return "".join(parts)


def write_documents(models: Models, root: Path = _ROOT) -> None:
    """Write both files."""
    (root / ".env.example").write_text(env_example(models), encoding="utf-8")
    (root / "docs" / "settings.md").write_text(settings_document(models), encoding="utf-8")


def _title(model: type[BaseModel]) -> str:
    package = model.__module__.split(".")
    return {"bot": "Paperboy"}.get(package[0], package[1].capitalize() if len(package) > 1 else package[0])


def _example(field: SettingField) -> str:
    choices = f" ({' | '.join(field.choices)})" if field.choices else ""
    return f"# {field.description}{choices}\n# {field.name}={field.default or ''}\n"


def _row(field: SettingField, *, keyed: bool) -> str:
    key = (_key(field),) if keyed else ()
    return f"| {' | '.join((f'`{field.name}`', *key, _default(field), _meaning(field)))} |\n"


def _key(field: SettingField) -> str:
    *tables, name = field.key
    if tables:
        return f"`[{'.'.join(tables)}]` `{name}`"
    return f"`[{name}]`" if field.free_keys else f"`{name}`"


def _default(field: SettingField) -> str:
    return f"`{field.default}`" if field.default else ""


def _meaning(field: SettingField) -> str:
    choices = " ".join(f"`{choice}`" for choice in field.choices)
    return " ".join(part for part in (field.description, choices, "Secret." if field.secret else "") if part)


def _rows_section(field: SettingField) -> str:
    assert field.rows is not None  # noqa: S101 - the caller chose such fields
    heading = f"\n`[[{'.'.join(field.key)}]]`: {field.description}\n\n| key | default | meaning |\n|---|---|---|\n"
    return heading + "".join(_rows(field.rows))


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True, validated_data={}) if not field.is_required() else None
        written = f"`{shown(default)}`" if default not in (None, "", [], (), {}) else ""
        if inner_model(field.annotation) is None:
            yield f"| `{name}` | {written} | {field.description or ''} |\n"


def undescribed(models: Models) -> Iterable[str]:
    """Return the settings that nobody has described."""
    return [field.name for field in setting_fields(models) if not field.description]


_INTRODUCTION = """\
# Settings

<!-- Written by `uv run python -m bot.configuration.documents`: change the descriptions in the models instead. -->

Paperboy reads, in falling precedence, the environment, a file `.env` and a file `paperboy.toml`, both in the folder
it is started in. `paperboy config` shows each value and where it comes from; `paperboy config check` finds misspelt
names and values that can't be used. Nothing has to be set: the console then answers over the notes in `seeds/`.
A variable that is set to nothing is taken as not set.
"""
_TABLE_HEADS = {
    True: "| variable | paperboy.toml | default | meaning |\n|---|---|---|---|\n",
    False: "| variable | default | meaning |\n|---|---|---|\n",
}


def _main() -> None:
    from bot.bootstrap import settings_models

    write_documents(settings_models())


if __name__ == "__main__":
    _main()
