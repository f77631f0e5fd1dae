"""Find what is wrong with the settings: keys that nothing reads, with the near ones named, and values that can't be."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings
from pydantic_settings.exceptions import SettingsError as UnreadableSettings

from bot.configuration.fields import OTHER_VARIABLES, Models, SettingField, inner_model, names_of, row_model
from bot.configuration.fields import setting_fields as all_fields
from bot.configuration.sources import ENV_FILE, TOML_FILE, Sources, known_secrets, source_of
from bot.configuration.values import not_taken_apart, reason_of
from bot.errors import SettingsError
from bot.redaction import Redactor
from bot.sentences import Sentence, sentence

Loader = Callable[[], object]
_PREFIX = "PAPERBOY_"
# How like a known name a foreign variable in `.env` has to be to be taken for a misspelt one.
_LIKE = 0.85


def find_problems(models: Models, sources: Sources, loaders: Sequence[Loader] = ()) -> list[Sentence]:
    """Return one sentence for each unknown key and each value that can't be used; none where all is well.

    `loaders` load the settings of each platform and raise SettingsError where they don't fit together.
    """
    fields = all_fields(models)
    bad = [problem for model in models for problem in _bad_values(model, fields, sources)]
    return [
        *_unknown_variables(fields, sources.environment, sentence("environment"), strict=True),
        *_unknown_variables(fields, sources.env_file, ENV_FILE, strict=False),
        *_unknown_keys(sources.toml, [model for model in models if model.model_config.get("toml_file")], ()),
        *(bad or _clashes(loaders)),
    ]


def _unknown_variables(
    fields: Sequence[SettingField], mapping: Mapping[str, str], source: str | Sentence, *, strict: bool
) -> Iterator[Sentence]:
    """Find misspelt names. `.env` is Paperboy's own, so there a near miss of any name counts, not only PAPERBOY_*."""
    known = _known_variables(fields)
    free = tuple(f"{name}_" for field in fields if field.free_keys for name in field.variables)
    for name in mapping:
        if name in known or name.startswith(free or "\0"):
            continue
        if name.startswith(_PREFIX):
            yield _not_a_setting(name, source, _near(name, known))
        elif not strict and (near := get_close_matches(name, known, n=1, cutoff=_LIKE)):
            yield _not_a_setting(name, source, near[0])


def _known_variables(fields: Iterable[SettingField]) -> list[str]:
    names = [name for field in fields for name in field.variables]
    groups = [
        f"{field.model.model_config.get('env_prefix', '')}{field.path[0]}".upper()
        for field in fields
        if len(field.path) > 1
    ]
    return [*names, *groups, *OTHER_VARIABLES]


def _near(name: str, known: Iterable[str]) -> str | None:
    """Compare without the prefix that all share, which would make everything alike."""
    short = {each.removeprefix(_PREFIX): each for each in known}
    found = get_close_matches(name.removeprefix(_PREFIX), short, n=1, cutoff=0.6)
    return short[found[0]] if found else None


def _unknown_keys(
    table: Mapping[str, object], models: Sequence[type[BaseModel]], path: tuple[str, ...]
) -> Iterator[Sentence]:
    known = {
        key: field for model in models for name, field in model.model_fields.items() for key in names_of(name, field)
    }
    for key, value in table.items():
        field = known.get(key)
        if field is None:
            near = get_close_matches(key, known, n=1, cutoff=0.6)
            shown = ".".join((*path, near[0])) if near else None
            yield _not_a_setting(".".join((*path, key)), TOML_FILE, shown)
        elif isinstance(value, dict) and (inner := inner_model(field.annotation)):
            yield from _unknown_keys(value, [inner], (*path, key))
        elif isinstance(value, list) and (row := row_model(field.annotation)):
            for each in value:
                if isinstance(each, dict):
                    yield from _unknown_keys(each, [row], (*path, key))


def _bad_values(model: type[BaseSettings], fields: Sequence[SettingField], sources: Sources) -> Iterator[Sentence]:
    redact = Redactor(known_secrets([model], sources))
    try:
        model()
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            field = _field_at(model, each["loc"], fields)
            if each["type"] == "missing" and (field is None or len(each["loc"]) == 1):
                continue  # an adapter without its token is one that isn't wanted
            yield _not_usable(field, each["loc"], sources, _redacted(reason_of(each), redact))
    except UnreadableSettings as error:
        yield not_taken_apart(redact(str(error)))
    except (ValueError, OSError) as error:
        reason = redact(str(error).rstrip("."))
        yield sentence("The settings can't be read: {reason}.", reason=reason)


def _redacted(reason: Sentence, redact: Redactor) -> Sentence:
    return Sentence(redact(reason.template), {name: redact(str(value)) for name, value in reason.values.items()})


def _clashes(loaders: Iterable[Loader]) -> Iterator[Sentence]:
    for load in loaders:
        try:
            load()
        except SettingsError as error:
            yield error.sentence


def _field_at(
    model: type[BaseSettings], location: tuple[int | str, ...], fields: Iterable[SettingField]
) -> SettingField | None:
    for field in fields:
        if field.model is model and (
            location[: len(field.path)] == field.path or str(location[0]).upper() in field.variables
        ):
            return field
    return None


def _not_usable(
    field: SettingField | None, location: tuple[int | str, ...], sources: Sources, reason: Sentence
) -> Sentence:
    if field is None:
        return sentence("{setting} is not usable: {reason}.", setting=".".join(map(str, location)), reason=reason)
    within = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location[len(field.path) :])
    source = source_of(field, sources)
    if source == TOML_FILE:
        return sentence(
            "{setting} in {source} is not usable: {reason}.",
            setting=".".join(field.key) + within,
            source=source,
            reason=reason,
        )
    return sentence(
        "{setting} in {source} is not usable: {reason}.",
        setting=field.name + within,
        source=sentence("environment") if source == "environment" else source or sentence("default"),
        reason=reason,
    )


def _not_a_setting(name: str, source: str | Sentence, near: str | None) -> Sentence:
    if near is None:
        return sentence(
            "“{name}” in {source} is not a setting. `paperboy config` lists them all.", name=name, source=source
        )
    return sentence("“{name}” in {source} is not a setting. Did you mean {near}?", name=name, source=source, near=near)
