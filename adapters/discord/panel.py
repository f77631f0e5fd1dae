"""The settings panel: selects and switches, and a form for time, zone and days; each shows what holds now. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import discord

from adapters.discord.controls import SCHEDULE, SWITCHES
from adapters.discord.draft import BUTTONS_A_ROW, ROWS, Button, Draft, Option, Row, Select
from bot.commands import Typed
from bot.model import Channel, ChannelOptions, Schedule
from bot.words import Words

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FIELDS = ("at", "tz", "on")
# A form's id holds what it showed, so that only what a person changed is set.
_FORM = re.compile(rf"{SCHEDULE}(?: (?P<at>\S+) (?P<tz>\S+) (?P<on>\S+))?")


def with_panel(draft: Draft, channel: Channel | None, words: Words) -> Draft:
    """Return a draft of a channel's settings with the controls that change them, as far as there are rows left."""
    form = Button(words.gettext("Time, zone and days…"), SCHEDULE, primary=True)
    rows: list[Row] = list(draft.rows)
    last: Row = rows[-1] if rows else ()
    if not isinstance(last, Select) and 0 < len(last) < BUTTONS_A_ROW:
        rows[-1] = (*last, form)
    else:
        rows.append((form,))
    return replace(draft, rows=(*rows, *_selects(channel, words))[:ROWS])


def schedule_form(channel: Channel | None, words: Words) -> discord.ui.Modal:
    """Return the form for when a digest comes, filled in with when it comes now."""
    shown = _written(channel.schedule) if channel is not None else {}
    custom_id = " ".join([SCHEDULE, *shown.values()])
    form = discord.ui.Modal(title=words.gettext("When the digest comes"), custom_id=custom_id, timeout=60)
    labels = (words.gettext("Time of day"), words.gettext("Time zone"), words.gettext("Days"))
    for name, label, example in zip(_FIELDS, labels, ("09:00", "Asia/Seoul", "mon-fri"), strict=True):
        line: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(
            custom_id=name, required=False, max_length=60, placeholder=example, default=shown.get(name)
        )
        form.add_item(discord.ui.Label(text=label, component=line))
    return form


def is_schedule_form(custom_id: str) -> bool:
    """Tell whether a form is one of ours."""
    return _FORM.fullmatch(custom_id) is not None


def submitted(custom_id: str, values: Mapping[str, str]) -> Typed | None:
    """Return the command that a form stands for, None where nothing in it was changed."""
    found = _FORM.fullmatch(custom_id)
    shown = found.groupdict() if found is not None else {}
    filled = {name: " ".join(values.get(name, "").split()) for name in _FIELDS}
    said = [f"{name} {value}" for name, value in filled.items() if value and value != shown.get(name)]
    return Typed("digest", " ".join(["set", *said])) if said else None


def switched(values: Sequence[str]) -> Typed:
    """Return the command that sets every switch: on for those chosen, off for the others."""
    names = ("previews", "onthisday", "crosspost", "corrections")
    said = [f"{name} {'on' if name in values else 'off'}" for name in names]
    return Typed("digest", " ".join(["set", *said, f"empty {'post' if 'empty' in values else 'skip'}"]))


def form_values(components: Sequence[object]) -> dict[str, str]:
    """Read what was filled in, from the rows or labels that Discord sends back."""
    values: dict[str, str] = {}
    for one in components:
        if not isinstance(one, dict):
            continue
        inner = [one["component"]] if "component" in one else one.get("components", [])
        values |= {part["custom_id"]: str(part.get("value") or "") for part in inner if "custom_id" in part}
    return values


def _written(schedule: Schedule) -> dict[str, str]:
    """Write a schedule as it is typed, each part without spaces."""
    return {"at": schedule.at.strftime("%H:%M"), "tz": schedule.zone, "on": _days(schedule.weekdays)}


def _days(weekdays: tuple[int, ...]) -> str:
    first, last = weekdays[0], weekdays[-1]
    if len(weekdays) > 1 and weekdays == tuple(range(first, last + 1)):
        return f"{_DAYS[first - 1]}-{_DAYS[last - 1]}"
    return ",".join(_DAYS[day - 1] for day in weekdays)


def _selects(channel: Channel | None, words: Words) -> tuple[Row, ...]:
    days = {
        "mon-sun": words.gettext("Every day"),
        "mon-fri": words.gettext("Monday to Friday"),
        "mon": words.gettext("Mondays"),
        "fri": words.gettext("Fridays"),
        "sat-sun": words.gettext("Saturday and Sunday"),
    }
    languages = {"ko": words.gettext("Korean"), "en": words.gettext("English"), "both": words.gettext("Both languages")}
    styles = {"compact": words.gettext("Compact: first sentences"), "full": words.gettext("Full: whole notes")}
    weekdays = channel.schedule.weekdays if channel is not None else ()
    held = _days(weekdays) if weekdays else None
    if held is not None and held not in days:
        days[held] = " · ".join(words.weekday(day) for day in weekdays)
    return (
        _select("on", words.gettext("Days…"), days, held),
        _select("lang", words.gettext("Language…"), languages, channel.language if channel else None),
        _select("style", words.gettext("Style…"), styles, channel.style.value if channel else None),
        _switches(channel, words),
    )


def _select(name: str, placeholder: str, values: Mapping[str, str], held: str | None) -> Select:
    options = (Option(label, f"digest set {name} {value}", chosen=value == held) for value, label in values.items())
    return Select(f"ps:{name}", placeholder, tuple(options))


def _switches(channel: Channel | None, words: Words) -> Select:
    held = channel.options if channel is not None else ChannelOptions()
    options = (
        ("previews", words.gettext("Answer links to papers that have a note"), held.previews),
        ("empty", words.gettext("Days without notes: say so"), held.post_empty),
        ("onthisday", words.gettext("On days without notes, recall earlier years"), held.on_this_day),
        ("crosspost", words.gettext("Publish posts of an announcement channel"), held.crosspost),
        ("corrections", words.gettext("Edit a post when its notes are corrected"), held.corrections),
    )
    drawn = tuple(Option(label, value, chosen=on) for value, label, on in options)
    return Select(SWITCHES, words.gettext("Options…"), drawn, many=True)
