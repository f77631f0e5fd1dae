"""A channel's settings as a form, filled with what holds now, and what somebody changed in it; pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.slack.blocks import Drawn, plain, sections
from adapters.slack.forms import OPTION_CHARACTERS, Values, chosen, field, labelled, modal, option, ticked
from adapters.slack.mrkdwn import spans_of
from adapters.slack.render import draw
from bot.message import Reply
from bot.model import Channel, ChannelOptions, Style
from bot.words import Words

SETTINGS = "paperboy.settings"
CHOSEN_ZONE = "paperboy.zone"
TIME = "paperboy.time"
DAYS = "paperboy.days"
LANGUAGE = "paperboy.language"
STYLE = "paperboy.style"
SWITCHES = "paperboy.switches"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# How each switch is typed after `/digest set`, on and off.
_TYPED: Mapping[str, tuple[str, str]] = {
    "previews": ("previews on", "previews off"),
    "empty": ("empty post", "empty skip"),
    "onthisday": ("onthisday on", "onthisday off"),
    "corrections": ("corrections on", "corrections off"),
}
# What the settings say of themselves above the form.
_SHOWN_BLOCKS = 20


def settings_view(words: Words, metadata: str, channel: Channel | None, current: Reply | None = None) -> Drawn:
    """Draw the form; `channel` fills its fields, `current` says above it what holds now."""
    hint = sections(spans_of(words.gettext("Fields left empty stay as they are.")))
    return modal(
        SETTINGS,
        words.gettext("Digest settings"),
        words.gettext("Save"),
        words.gettext("Close"),
        metadata,
        [*(list(draw(current))[:_SHOWN_BLOCKS] if current else hint), *_fields(words, channel)],
    )


def settings_words(view: Mapping[str, Any]) -> str:
    """Write what was changed in a submitted form as a person would type it after `/digest set`."""
    values: Values = view["state"]["values"]
    before = _filled(view.get("blocks") or ())
    return " ".join(said for said in _said(values, before) if said)


def zone_option(zone: str) -> Drawn:
    """Draw one suggested time zone."""
    return option(zone, zone)


def _fields(words: Words, channel: Channel | None) -> Iterator[Drawn]:
    at: Drawn = {"type": "timepicker", "action_id": TIME}
    zone: Drawn = {
        "type": "external_select",
        "action_id": CHOSEN_ZONE,
        "min_query_length": 1,
        "placeholder": plain("Asia/Seoul", OPTION_CHARACTERS),
    }
    if channel is not None:
        at["initial_time"] = f"{channel.schedule.at:%H:%M}"
        zone["initial_option"] = zone_option(channel.schedule.zone)
    yield labelled(words.gettext("Time"), at)
    yield labelled(words.gettext("Time zone"), zone)
    yield labelled(words.gettext("Days"), _days(words, channel))
    languages = (("한국어", "ko"), ("English", "en"), (words.gettext("Both"), "both"))
    yield labelled(words.gettext("Language"), _select(LANGUAGE, languages, channel.language if channel else None))
    styles = ((words.gettext("Compact"), Style.COMPACT.value), (words.gettext("Full"), Style.FULL.value))
    yield labelled(words.gettext("Style"), _select(STYLE, styles, channel.style.value if channel else None))
    if channel is not None:
        # A box that nobody ticked says “off”: without knowing what holds now it can't say “as it is”.
        yield labelled(words.gettext("Also"), _switches(words, channel.options))


def _days(words: Words, channel: Channel | None) -> Drawn:
    options = [option(words.weekday(number), day) for number, day in enumerate(_WEEKDAYS, start=1)]
    chosen_days = [options[number - 1] for number in channel.schedule.weekdays] if channel else []
    drawn: Drawn = {
        "type": "multi_static_select",
        "action_id": DAYS,
        "placeholder": plain(words.gettext("Days of the week"), OPTION_CHARACTERS),
        "options": options,
    }
    return drawn | ({"initial_options": chosen_days} if chosen_days else {})


def _select(identifier: str, choices: Sequence[tuple[str, str]], now: str | None) -> Drawn:
    options = {value: option(label, value) for label, value in choices}
    drawn: Drawn = {"type": "static_select", "action_id": identifier, "options": list(options.values())}
    return drawn | ({"initial_option": options[now]} if now in options else {})


def _switches(words: Words, now: ChannelOptions) -> Drawn:
    offered = (
        (words.gettext("Unfold links to papers that have a note"), "previews", now.previews),
        (words.gettext("Say so on days without notes"), "empty", now.post_empty),
        (words.gettext("Recall the notes of this day in earlier years"), "onthisday", now.on_this_day),
        (words.gettext("Correct what was posted when a note changes"), "corrections", now.corrections),
    )
    drawn = [(option(label, name), on) for label, name, on in offered]
    boxes: Drawn = {"type": "checkboxes", "action_id": SWITCHES, "options": [one for one, _ in drawn]}
    on = [one for one, ticked_now in drawn if ticked_now]
    return boxes | ({"initial_options": on} if on else {})


def _filled(blocks: Sequence[Mapping[str, Any]]) -> Values:
    """Read the fields as they were when the form was opened, in the shape of a submission."""
    elements = [block["element"] for block in blocks if block.get("type") == "input"]
    return {
        element["action_id"]: {
            element["action_id"]: {
                "selected_time": element.get("initial_time"),
                "selected_option": element.get("initial_option"),
                "selected_options": element.get("initial_options"),
            }
        }
        for element in elements
    }


def _said(values: Values, before: Values) -> Iterator[str]:
    """Yield what differs; what was emptied stays as it is, but for the switches."""
    if (at := field(values, TIME).get("selected_time")) != field(before, TIME).get("selected_time") and at:
        yield f"at {at}"
    if (zone := chosen(values, CHOSEN_ZONE)) != chosen(before, CHOSEN_ZONE) and zone:
        yield f"tz {zone}"
    if sorted(days := ticked(values, DAYS)) != sorted(ticked(before, DAYS)) and days:
        yield f"on {','.join(days)}"
    for name, identifier in (("lang", LANGUAGE), ("style", STYLE)):
        if (picked := chosen(values, identifier)) != chosen(before, identifier) and picked:
            yield f"{name} {picked}"
    on, was_on = ticked(values, SWITCHES), ticked(before, SWITCHES)
    for switch, (switched_on, switched_off) in _TYPED.items():
        if (switch in on) != (switch in was_on):
            yield switched_on if switch in on else switched_off
