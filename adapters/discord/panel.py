"""The settings panel: selects for what has few values, a form for time, zone and days. Pure but for the form."""

from collections.abc import Sequence
from dataclasses import replace

import discord

from adapters.discord.controls import SCHEDULE
from adapters.discord.draft import BUTTONS_A_ROW, ROWS, Button, Draft, Option, Row, Select
from bot.commands import Typed
from bot.words import Words


def with_panel(draft: Draft, words: Words) -> Draft:
    """Return a draft of a channel's settings with the controls that change them, as far as there are rows left."""
    form = Button(words.gettext("Time, zone and days…"), SCHEDULE, primary=True)
    rows = list(draft.rows)
    last = rows[-1] if rows else ()
    if not isinstance(last, Select) and 0 < len(last) < BUTTONS_A_ROW:
        rows[-1] = (*last, form)
    else:
        rows.append((form,))
    return replace(draft, rows=(*rows, *_selects(words))[:ROWS])


def schedule_form(words: Words) -> discord.ui.Modal:
    """Return the form for when a digest comes; what is left empty stays as it is."""
    form = discord.ui.Modal(title=words.gettext("When the digest comes"), custom_id=SCHEDULE, timeout=60)
    fields = (
        ("at", words.gettext("Time of day"), "09:00"),
        ("tz", words.gettext("Time zone"), "Asia/Seoul"),
        ("on", words.gettext("Days"), "mon-fri"),
    )
    for name, label, example in fields:
        line: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(
            custom_id=name, required=False, max_length=60, placeholder=example
        )
        form.add_item(discord.ui.Label(text=label, component=line))
    return form


def submitted(values: dict[str, str]) -> Typed | None:
    """Return the command that a filled-in form stands for, None where nothing was filled in."""
    said = [f"{name} {' '.join(values[name].split())}" for name in ("at", "tz", "on") if values.get(name, "").strip()]
    return Typed("digest", " ".join(["set", *said])) if said else None


def form_values(components: Sequence[object]) -> dict[str, str]:
    """Read what was filled in, from the rows or labels that Discord sends back."""
    values: dict[str, str] = {}
    for one in components:
        if not isinstance(one, dict):
            continue
        inner = [one["component"]] if "component" in one else one.get("components", [])
        values |= {part["custom_id"]: str(part.get("value") or "") for part in inner if "custom_id" in part}
    return values


def _selects(words: Words) -> tuple[Row, ...]:
    days = {
        "mon-sun": words.gettext("Every day"),
        "mon-fri": words.gettext("Monday to Friday"),
        "mon": words.gettext("Mondays"),
        "fri": words.gettext("Fridays"),
        "sat-sun": words.gettext("Saturday and Sunday"),
    }
    languages = {"ko": words.gettext("Korean"), "en": words.gettext("English"), "both": words.gettext("Both languages")}
    styles = {"compact": words.gettext("Compact: first sentences"), "full": words.gettext("Full: whole notes")}
    empty = {"post": words.gettext("Days without notes: say so"), "skip": words.gettext("Days without notes: silence")}
    return (
        _select("on", words.gettext("Days…"), days),
        _select("lang", words.gettext("Language…"), languages),
        _select("style", words.gettext("Style…"), styles),
        _select("empty", words.gettext("Days without notes…"), empty),
    )


def _select(name: str, placeholder: str, values: dict[str, str]) -> Select:
    options = tuple(Option(label, f"digest set {name} {value}") for value, label in values.items())
    return Select(f"ps:{name}", placeholder, options)
