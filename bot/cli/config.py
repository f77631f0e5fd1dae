"""`paperboy config`: each setting with its value and source; `config check` finds what is misspelt or not usable."""

import argparse

from bot.bootstrap import settings_loaders, settings_models
from bot.cli.main import ANSWERED, NOTHING_FOUND, language_from
from bot.cli.output import print_json
from bot.configuration.check import find_problems
from bot.configuration.report import SettingValue, setting_values
from bot.configuration.sources import read_sources
from bot.words import Words


def run(arguments: argparse.Namespace) -> int:
    """Show the settings, or check them; the check exits with 1 if it finds anything."""
    words = Words(language_from(arguments))
    return _check(words, as_json=arguments.json) if arguments.what == "check" else _show(words, as_json=arguments.json)


def _show(words: Words, *, as_json: bool) -> int:
    values = list(setting_values(settings_models(), read_sources()))
    if as_json:
        print_json({"settings": [_document(value) for value in values]})
        return ANSWERED
    names, shown = [value.name for value in values], [_shown(value, words) for value in values]
    for name, text, value in zip(names, shown, values, strict=True):
        print(f"{name:<{max(map(len, names))}}  {text:<{max(map(len, shown))}}  {_source(value, words)}".rstrip())
    return ANSWERED


def _check(words: Words, *, as_json: bool) -> int:
    problems = find_problems(settings_models(), read_sources(), settings_loaders())
    if as_json:
        print_json({"problems": [str(problem) for problem in problems]})
    else:
        for problem in problems:
            print(words.say(problem))
        if not problems:
            print(words.gettext("Every name is known and every value can be used."))
    return NOTHING_FOUND if problems else ANSWERED


def _document(value: SettingValue) -> dict[str, object]:
    return {"name": value.name, "value": value.value, "source": value.source, "secret": value.secret}


def _shown(value: SettingValue, words: Words) -> str:
    return words.gettext("not set") if value.value is None else value.value


def _source(value: SettingValue, words: Words) -> str:
    if value.source == "default":
        return "" if value.value is None else words.gettext("default")
    return words.gettext("environment") if value.source == "environment" else value.source
