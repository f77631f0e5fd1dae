"""Read the language that an address of the archive names."""

from bot.words import LANGUAGES


def named_language(text: str | None) -> str | None:
    """Return one of our languages that a text names exactly (`ko`, `en`), else None."""
    return text if text in LANGUAGES else None
