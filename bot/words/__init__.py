"""Say everything in Korean and in English: sentences, dates and lists in the reader's language.

English is the language of the templates themselves; `locale/ko` holds the Korean catalogue.
"""

import gettext
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib import resources

from bot.model import DateKind, NoteDate
from bot.sentences import Sentence

LANGUAGES = ("en", "ko")
DOMAIN = "paperboy"


def choose_language(*preferences: str | None) -> str:
    """Return the first preference that is one of ours (`ko_KR.UTF-8` and `ko-KR` are Korean), else English."""
    for preference in preferences:
        if preference:
            language = preference.replace("_", "-").split("-")[0].split(".")[0].casefold()
            return language if language in LANGUAGES else "en"
    return "en"


def language_of_environment(environment: Mapping[str, str]) -> str:
    """Return the language the environment asks for, as gettext reads it: LC_ALL, then LC_MESSAGES, then LANG."""
    return choose_language(*(environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")))


class Words:
    """Speak one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def say(self, sentence: Sentence) -> str:
        """Put a sentence in this language; a sentence among its values is put in words first."""
        return _fill(self._catalogue.gettext(sentence.template), self._spoken(sentence.values))

    def gettext(self, template: str, /, **values: object) -> str:
        """Translate a template and fill its braces."""
        return _fill(self._catalogue.gettext(template), self._spoken(values))

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Translate a template that depends on a number; `{number}` is filled with it."""
        return _fill(self._catalogue.ngettext(one, many, number), {"number": number, **self._spoken(values)})

    def one_of(self, items: Sequence[str]) -> str:
        """Join alternatives: `a`, `a or b`, `a, b or c`."""
        if len(items) < 2:
            return "".join(items)
        return self.gettext("{most} or {last}", most=", ".join(items[:-1]), last=items[-1])

    def day(self, value: date) -> str:
        """Say a day with its weekday: `2024-04-17 (Wed)`."""
        return f"{value.isoformat()} ({self.weekday(value.isoweekday())})"

    def weekday(self, number: int) -> str:
        """Say a weekday in short; 1 is Monday, as in ISO 8601."""
        names = (
            self.gettext("Mon"),
            self.gettext("Tue"),
            self.gettext("Wed"),
            self.gettext("Thu"),
            self.gettext("Fri"),
            self.gettext("Sat"),
            self.gettext("Sun"),
        )
        return names[number - 1]

    def note_date(self, value: NoteDate) -> str:
        """Say a note's date: a day, `first – last` of a week, a month, or that there is none."""
        if value.start is None or value.end is None:
            return self.gettext("no date")
        match value.kind:
            case DateKind.DAY:
                return value.start.isoformat()
            case DateKind.MONTH:
                return f"{value.start:%Y-%m}"
            case _:
                return f"{value.start.isoformat()} – {value.end.isoformat()}"

    def _spoken(self, values: Mapping[str, object]) -> dict[str, object]:
        return {name: self.say(value) if isinstance(value, Sentence) else value for name, value in values.items()}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Read a language's catalogue once: it takes longer than answering with it."""
    if language == "en":
        return gettext.NullTranslations()
    catalogue = resources.files(__package__) / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with catalogue.open("rb") as file:
        return gettext.GNUTranslations(file)


def _fill(template: str, values: Mapping[str, object]) -> str:
    return template.format_map(values) if values else template
