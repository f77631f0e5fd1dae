"""Say what went wrong in one kind sentence, on a page that still leads somewhere."""

from bot.sentences import Sentence, sentence
from bot.web.archive.drawing import Page, Place, Templates, Visit


def draw_failure(
    templates: Templates,
    visit: Visit,
    status: int,
    *,
    reference: str | None = None,
    said: Sentence | None = None,
    place: Place | None = None,
) -> Page:
    """Draw a failure; `said` takes the place of the usual sentence of the status."""
    return templates.draw(
        "failure.html",
        visit,
        place,
        status=status,
        heading=visit.words.say(_heading(status)),
        said=visit.words.say(said or usual_sentence(status, reference or "")),
        code=status,
        reference=reference,
    )


def usual_sentence(status: int, reference: str) -> Sentence:
    """Return what is said of a status where nothing better is known."""
    match status:
        case 400:
            return sentence("I can't read that address.")
        case 403:
            return sentence("Only the operator's networks may ask this. PAPERBOY_HTTP_OPERATORS says which they are.")
        case 404:
            return sentence("There is no page at this address. The search finds notes by their words.")
        case 405:
            return sentence("This address can't be used that way.")
        case 413:
            return sentence("That is too large for me.")
        case 421:
            return sentence("I don't answer to that name. Use the address that Paperboy was started with.")
        case 429:
            return sentence("That was a little fast. Please wait a moment, then try again.")
        case 503:
            return sentence("That takes too long right now. Please try again in a moment.")
        case _:
            return sentence(
                "Something went wrong on my side (ref {reference}). Nothing was changed.", reference=reference
            )


def _heading(status: int) -> Sentence:
    match status:
        case 404:
            return sentence("Not found")
        case 429 | 503:
            return sentence("Just a moment")
        case 500:
            return sentence("Something went wrong")
        case _:
            return sentence("That didn't work")
