"""Turn actions into buttons and selects whose state is their `custom_id`, and read it back. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from adapters.discord.draft import (
    BUTTON_URL_UNITS,
    BUTTONS_A_ROW,
    CUSTOM_ID_UNITS,
    LABEL_UNITS,
    OPTION_UNITS,
    OPTIONS,
    Button,
    LinkButton,
    Option,
    Row,
    Select,
)
from adapters.discord.markdown import address, exceeds, shortened
from bot.actions import encode
from bot.commands import Typed
from bot.message import Action, Card, WebLink

# `pb:open e123` is a button, `pb/<delivery id>:open e123` one whose message can be found by its delivery id.
BUTTON = re.compile(r"pb(?:/(?P<delivery>[^:]{1,40}))?:(?P<code>.*)", re.S)
# The values of a select are codes; its own id only tells it from its neighbours.
SELECT = re.compile(r"ps:(?P<place>[a-z0-9]{1,20})")
# The further pages of an answer: the page from 1, and the command whose answer it is.
PAGE = re.compile(r"pp(?P<page>\d{1,2}):(?P<code>.*)", re.S)
SCHEDULE = "pm:schedule"
# The one select whose options are switches: those chosen are on, the others off.
SWITCHES = "ps:switches"
_ROOM_FOR_MORE = 3


@dataclass(frozen=True, slots=True)
class Controls:
    """Rows of components, and the commands that no button can carry, as they are typed."""

    rows: tuple[Row, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()


def controls(
    cards: Sequence[Card],
    actions: Iterable[Action],
    links: Iterable[WebLink] = (),
    *,
    open_label: str,
    more_label: str,
) -> Controls:
    """Draw the actions of cards and of a whole reply in at most four rows, in order; no command stands twice.

    What leads to the web stands before the actions of the reply: the links of cards, then its own.
    """
    openers = [(card, action) for card in cards for action in card.actions]
    buttons, typed = _buttons([action for _, action in openers])
    if len(buttons) <= BUTTONS_A_ROW:
        opening: tuple[Row, ...] = (tuple(buttons),) if buttons else ()
    else:
        opening = tuple(_selects(openers, open_label))
    taken = {button.custom_id for button in buttons}
    others, typed_others = _buttons(actions, taken)
    ways_out = _link_buttons([*(link for card in cards for link in card.links), *links])
    rows = _rows([*ways_out, *others], 4 - len(opening), more_label)
    return Controls((*opening, *rows), (*typed, *typed_others))


def mark(rows: Sequence[Row], delivery_id: str) -> tuple[Row, ...] | None:
    """Return rows whose last button with room for it carries a delivery id; None where no button has."""
    for index in range(len(rows) - 1, -1, -1):
        row = rows[index]
        if isinstance(row, Select):
            continue
        for place in range(len(row) - 1, -1, -1):
            marked = _marked(row[place], delivery_id)
            if marked is not None:
                return (*rows[:index], (*row[:place], marked, *row[place + 1 :]), *rows[index + 1 :])
    return None


def page_button(label: str, page: int, code: str) -> Button:
    """Return the button that shows a further page of a command's answer."""
    return Button(shortened(label, LABEL_UNITS), f"pp{page}:{code}", primary=True)


def _link_buttons(links: Iterable[WebLink]) -> tuple[LinkButton, ...]:
    """Draw a row of links; what Discord would refuse as an address has none."""
    drawn = [(shortened(link.label, LABEL_UNITS) or "…", address(link.url)) for link in links]
    fitting = [LinkButton(label, url) for label, url in drawn if url and len(url) <= BUTTON_URL_UNITS]
    return tuple(fitting[:BUTTONS_A_ROW])


def _marked(button: Button | LinkButton, delivery_id: str) -> Button | None:
    found = BUTTON.fullmatch(button.custom_id) if isinstance(button, Button) else None
    if isinstance(button, LinkButton) or found is None or found["delivery"] is not None:
        return None
    marked = f"pb/{delivery_id}:{found['code']}"
    return Button(button.label, marked, button.primary) if not exceeds(marked, CUSTOM_ID_UNITS) else None


def _buttons(actions: Iterable[Action], taken: Iterable[str] = ()) -> tuple[list[Button], list[tuple[str, str]]]:
    seen = set(taken)
    buttons: list[Button] = []
    typed: list[tuple[str, str]] = []
    for action in actions:
        label = shortened(action.label, LABEL_UNITS) or "…"
        code = encode(action.command)
        if code is None:
            typed += [(label, f"/{one.surface} {one.text}") for one in (action.command,) if isinstance(one, Typed)]
        elif f"pb:{code}" not in seen and not exceeds(code, CUSTOM_ID_UNITS - 3):
            seen.add(f"pb:{code}")
            buttons.append(Button(label, f"pb:{code}"))
    return buttons, typed


def _rows(buttons: Sequence[Button | LinkButton], room: int, more_label: str) -> Iterator[Row]:
    """Set buttons in rows; where they are too many, the last row is a select that holds the rest."""
    whole = room * BUTTONS_A_ROW
    shown = buttons if len(buttons) <= whole else buttons[: whole - BUTTONS_A_ROW]
    for start in range(0, len(shown), BUTTONS_A_ROW):
        yield tuple(shown[start : start + BUTTONS_A_ROW])
    left = [one for one in buttons[len(shown) :] if isinstance(one, Button)]
    rest = [Option(one.label, one.custom_id.removeprefix("pb:")) for one in left]
    if rest:
        yield Select("ps:more", shortened(more_label, 150), tuple(rest[:OPTIONS]))


def _selects(openers: Sequence[tuple[Card, Action]], label: str) -> Iterator[Select]:
    options: dict[str, Option] = {}
    for card, action in openers:
        code = encode(action.command)
        if code is not None:
            options.setdefault(code, _option(card, action, code))
    listed = list(options.values())
    for start in range(0, min(len(listed), _ROOM_FOR_MORE * OPTIONS), OPTIONS):
        yield Select(f"ps:open{start}", shortened(label, 150), tuple(listed[start : start + OPTIONS]))


def _option(card: Card, action: Action, code: str) -> Option:
    if len(card.actions) > 1 or card.number is None:
        return Option(shortened(action.label, OPTION_UNITS) or "…", code, shortened(card.title, OPTION_UNITS) or None)
    return Option(shortened(f"{card.number}. {card.title}", OPTION_UNITS), code)
