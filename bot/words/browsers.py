"""Choose the language of somebody at a browser from what the browser prefers; pure."""

from bot.words import LANGUAGES

_LONGEST_HEADER = 400
_RANGES_AT_MOST = 20


def preferred_language(accept_language: str | None, otherwise: str) -> str:
    """Read an Accept-Language header: the best-weighted language that is one of ours, else `otherwise`.

    Never fails: what can't be read in the header is passed over.
    """
    best, best_weight = otherwise, 0.0
    for part in (accept_language or "")[:_LONGEST_HEADER].split(",")[:_RANGES_AT_MOST]:
        name, _, parameter = part.partition(";")
        language = name.strip().replace("_", "-").partition("-")[0].casefold()
        weight = _weight(parameter)
        if language in LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if not parameter.strip():
        return 1.0
    try:
        weight = float(value) if name.strip().casefold() == "q" and value.strip()[:1] in "01." else 0.0
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
