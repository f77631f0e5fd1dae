"""The search box: a note to choose while typing, or words to search for; pure."""

from adapters.slack.blocks import Drawn, plain
from adapters.slack.forms import OPTION_CHARACTERS, Values, chosen, field, labelled, modal, option
from adapters.slack.inbound import words as typed_words
from bot.cards import authors_in_short
from bot.commands import Command, OpenEntry, Typed
from bot.model import Label
from bot.words import Words

SEARCH = "paperboy.search"
CHOSEN_ENTRY = "paperboy.entry"
WORDS = "paperboy.words"


def search_view(words: Words, metadata: str) -> Drawn:
    """Draw the search box."""
    select: Drawn = {
        "type": "external_select",
        "action_id": CHOSEN_ENTRY,
        "min_query_length": 0,
        "placeholder": plain(words.gettext("Title, author, tag …"), OPTION_CHARACTERS),
    }
    typed: Drawn = {"type": "plain_text_input", "action_id": WORDS, "max_length": 300}
    return modal(
        SEARCH,
        words.gettext("Find a note"),
        words.gettext("Find"),
        words.gettext("Close"),
        metadata,
        [labelled(words.gettext("A note"), select), labelled(words.gettext("Or words to search for"), typed)],
    )


def searched(values: Values) -> Command | None:
    """Return what the search box asks for: the chosen note, else the words, None where there is neither."""
    entry_id = chosen(values, CHOSEN_ENTRY)
    if entry_id:
        return OpenEntry(entry_id)
    typed = typed_words(field(values, WORDS).get("value"))
    return Typed("paper", typed) if typed else None


def entry_option(label: Label) -> Drawn:
    """Draw one suggested note: title, and the first author where there is room."""
    line = f"{label.title} · {authors_in_short((label.author,), label.authors)}" if label.author else label.title
    return option(line if len(line) <= OPTION_CHARACTERS else label.title, label.id)
