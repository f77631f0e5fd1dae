"""Turn whatever the SDK or the network raises into the errors the core knows; none other leaves the adapter."""

from collections.abc import Awaitable
from typing import TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import ChannelGone, CredentialsRefused, DeliveryError, NotSent, OutcomeUnknown, RateLimited
from bot.sentences import sentence

Result = TypeVar("Result")

# https://docs.slack.dev/reference/methods/chat.postMessage lists the codes.
CHANNEL_GONE = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "user_not_in_channel",
        "channel_is_limited_access",
    }
)
CREDENTIALS_REFUSED = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "no_permission",
        "access_denied",
        "org_login_required",
        "ekm_access_denied",
        "not_allowed_token_type",
        "team_access_not_granted",
        "invalid_app_id",
        "enterprise_is_restricted",
    }
)
# The message to change, or to answer under, isn't there (any more), or can't be changed.
MESSAGE_GONE = frozenset(
    {"message_not_found", "thread_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed"}
)
# Slack itself can't say whether the message was stored.
# The cause and the cure of what happens most.
_CURES = {
    "is_archived": sentence("The channel was archived. Unarchive it, or end its subscription."),
    "not_in_channel": sentence("I was removed from the channel. Type `/invite @paperboy` there."),
    "channel_not_found": sentence(
        "The channel is deleted, or private without me. Type `/invite @paperboy` there, or end its subscription."
    ),
    "restricted_action": sentence("Few may post in this channel. Let its managers allow the app to."),
}
UNKNOWN = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"})
RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
DEFAULT_WAIT = 30.0


class MessageGone(NotSent):
    """The message to change or to answer under was deleted, or is out of reach."""


async def translated(call: Awaitable[Result]) -> Result:
    """Await a call of the SDK; raises only delivery errors."""
    try:
        return await call
    except SlackApiError as error:
        raise _of_answer(error) from None
    except aiohttp.ClientConnectorError as error:
        raise NotSent(sentence("Slack can't be reached: {reason}.", reason=type(error).__name__)) from None
    except (aiohttp.ClientError, SlackClientError, TimeoutError, OSError) as error:
        raise OutcomeUnknown(
            sentence("The connection to Slack broke before its answer: {reason}.", reason=type(error).__name__)
        ) from None


def code_of(error: SlackApiError) -> str:
    """Return Slack's code for an error, or nothing where the answer held none."""
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) else ""


def _of_answer(error: SlackApiError) -> DeliveryError:
    status = _status(error)
    code = code_of(error)
    if status == 429 or code in RATE_LIMITED:
        return RateLimited(sentence("Slack asks to wait."), _retry_after(error))
    if status >= 500 or code in UNKNOWN or not code:
        return OutcomeUnknown(sentence("Slack failed: {code}.", code=code or f"HTTP {status}"))
    if code in CHANNEL_GONE:
        return ChannelGone(_CURES.get(code) or sentence("Slack doesn't let me post there ({code}).", code=code))
    if code in CREDENTIALS_REFUSED:
        return CredentialsRefused(
            sentence("Slack refuses the token ({code}). Install the app again, or mend SLACK_BOT_TOKEN.", code=code)
        )
    refused = MessageGone if code in MESSAGE_GONE else NotSent
    return refused(sentence("Slack refused the message: {code}.", code=code))


def _status(error: SlackApiError) -> int:
    """Return the HTTP status; the SDK hands over its own answer, or aiohttp's where it couldn't read it."""
    response = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    return int(status) if isinstance(status, int) else 0


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", {}) or {}
    for name, value in headers.items():
        if name.casefold() == "retry-after" and str(value).isdigit():
            return float(value)
    return DEFAULT_WAIT
