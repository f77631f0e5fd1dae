"""Say what an error of Discord or of the network means for a delivery; nothing of the SDK leaves this adapter."""

import aiohttp
import discord

from adapters.discord.trail import Trail
from bot.errors import (
    ChannelGone,
    CredentialsRefused,
    DeliveryError,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    SettingsError,
)
from bot.sentences import sentence

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
LATE_INTERACTION = 10062
ANSWERED_TWICE = 40060
THREAD_EXISTS = 160004
ALREADY_CROSSPOSTED = 40033
# 400s that say something of the channel, not of the message: wrong kind, archived, locked, a forum that needs a tag.
_CHANNEL_REFUSES = frozenset({50008, 50024, 50083, 160005, 40067})
# A ban by the network in front of Discord says no time; this is what its pages name.
_BANNED_SECONDS = 600.0
SDK_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)


def delivery_error(error: Exception, trail: Trail) -> DeliveryError:
    """Return the delivery error that an error of the SDK or of the network stands for."""
    match error:
        case discord.RateLimited(retry_after=seconds):
            return _waiting(seconds, trail)
        case discord.LoginFailure():
            return refused_token()
        case discord.HTTPException():
            return _answered(error, trail)
        case _:
            return _unanswered(trail)


def silence(trail: Trail) -> DeliveryError:
    """Return the error for a send that ran out of time."""
    if trail.doubtful:
        return unknown()
    return RateLimited(sentence("Discord asks to wait. Nothing was sent."), 5.0)


def unknown() -> OutcomeUnknown:
    """Return the error for a send that may have been stored."""
    return OutcomeUnknown(sentence("Discord didn't say whether it took the message."))


def unreadable() -> OutcomeUnknown:
    """Return the error for a channel whose history the bot may not read."""
    return OutcomeUnknown(
        sentence("I can't see whether the message is there. Grant me Read Message History in that channel.")
    )


def refused_token() -> CredentialsRefused:
    """Return the error for a token that Discord doesn't take."""
    return CredentialsRefused(
        sentence("Discord refuses the token. Copy the bot's token from the developer portal to DISCORD_TOKEN.")
    )


def intents_refused() -> SettingsError:
    """Return the error for message content that was not granted."""
    return SettingsError(
        sentence(
            "Discord doesn't give this bot the content of messages. Switch on Message Content Intent in the developer "
            "portal, or leave PAPERBOY_DISCORD_MESSAGE_CONTENT out."
        )
    )


def _answered(error: discord.HTTPException, trail: Trail) -> DeliveryError:
    if error.status == 401:
        return refused_token()
    if error.status == 429:
        return _waiting(_retry_after(error), trail)
    if error.status >= 500:
        return unknown() if trail.sending else unreached()
    about_the_channel = error.status in (403, 404) and error.code != UNKNOWN_MESSAGE
    if error.code and (about_the_channel or error.code in _CHANNEL_REFUSES):
        return gone(error.text)
    if trail.doubtful:
        return unknown()
    if error.status in (403, 404):
        # No code: this wasn't Discord's API speaking, so it says nothing of the channel.
        return NotSent(sentence("Something between here and Discord refuses requests ({status}).", status=error.status))
    return NotSent(
        sentence("Discord refused the message: {reason}.", reason=(error.text or str(error.status)).rstrip("."))
    )


def gone(reason: str) -> ChannelGone:
    """Return the error for a channel that is deleted or closed to the bot."""
    return ChannelGone(
        sentence(
            "Discord doesn't let me post there: {reason}. `paperboy discord check` says what is missing.",
            reason=(reason or "no reason given").rstrip("."),
        )
    )


def _waiting(seconds: float, trail: Trail) -> DeliveryError:
    if trail.doubtful:
        return unknown()
    return RateLimited(sentence("Discord asks to wait. Nothing was sent."), seconds)


def _retry_after(error: discord.HTTPException) -> float:
    try:
        return float(error.response.headers["Retry-After"])
    except (KeyError, ValueError):
        return _BANNED_SECONDS


def _unanswered(trail: Trail) -> DeliveryError:
    if trail.doubtful:
        return unknown()
    return unreached()


def unreached() -> NotSent:
    """Return the error for a Discord that is out of reach."""
    return NotSent(sentence("Discord can't be reached. Nothing was sent."))


def closed(error: discord.ConnectionClosed) -> CredentialsRefused | SettingsError:
    """Return the error for a gateway that won't let the bot in."""
    if error.code == 4004:
        return refused_token()
    return SettingsError(
        sentence(
            "Discord closed the connection for good (code {code}). Codes 4010 to 4013 mean that "
            "PAPERBOY_DISCORD_SHARDS doesn't fit, 4014 that an intent is not granted.",
            code=error.code,
        )
    )
