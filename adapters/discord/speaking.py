"""Describe commands in English, and in Korean to those whose Discord is Korean; names stay Latin."""

import discord
from discord import app_commands

from bot.sentences import Sentence
from bot.words import Words


def said(sentence: Sentence) -> app_commands.locale_str:
    """Return a description that can be translated."""
    return app_commands.locale_str(str(sentence), sentence=sentence)


def said_as(english: str, same: Sentence) -> app_commands.locale_str:
    """Return a description whose Korean is that of a sentence which says the same."""
    return app_commands.locale_str(english, sentence=same)


class Translator(app_commands.Translator):
    """Put descriptions and choices into Korean."""

    def __init__(self) -> None:
        self._korean = Words("ko")

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the Korean of a description, None for everything that stays as it is."""
        sentence = string.extras.get("sentence")
        if locale is not discord.Locale.korean or not isinstance(sentence, Sentence):
            return None
        korean = self._korean.say(sentence)
        return korean if korean != string.message else None
