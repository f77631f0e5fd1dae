"""What the digest commands of the command line share: the core, channels by address, and their JSON."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, date, datetime

from bot.bootstrap import build_adapters, build_host
from bot.cli.main import language_from
from bot.core import Core
from bot.dates import read_date
from bot.digest.compose import Digest
from bot.digest.ledger import Delivery
from bot.digest.schedule import first_owed_date, instant
from bot.errors import UsageError
from bot.model import Channel, ChannelAddress, FiledEntry, Subscription
from bot.ports import Adapter
from bot.sentences import sentence
from bot.suggestions import LibrarySuggestions
from bot.words import Words

Document = Mapping[str, object]


def read_day(text: str, core: Core) -> date:
    """Read a day as people write it; raises UsageError for anything else."""
    found = read_date(text, core.local_date())
    if found is None or found.start is None or found.start != found.end:
        raise UsageError(sentence("“{text}” is not a date. Use YYYY-MM-DD, e.g. 2024-04-17.", text=text))
    return found.start


def configured(core: Core, text: str) -> Channel:
    """Return a configured channel by its address; raises UsageError where it isn't one."""
    channel = core.digest_store.channel(ChannelAddress.read(text))
    if channel is None:
        raise UsageError(
            sentence(
                '{channel} has no subscriptions. Add one: `paperboy subscriptions add {channel} "#llm"`.', channel=text
            )
        )
    return channel


def configured_or_all(core: Core, text: str) -> Channel:
    """Return a configured channel, or one that takes everything in its place."""
    address = ChannelAddress.read(text)
    channel = core.digest_store.channel(address)
    if channel is not None:
        return channel
    defaults = core.digests.defaults
    first = first_owed_date(defaults, core.clock.now())
    return Channel(0, address, first, defaults, subscription=Subscription(everything=True))


def with_adapters(
    core: Core, arguments: argparse.Namespace, work: Callable[[Mapping[str, Adapter]], Awaitable[list[str]]]
) -> list[str]:
    """Run work that posts; what the console shows of it goes to standard error, beside the answer."""
    suggestions = LibrarySuggestions(core.library, core.local_date)
    with contextlib.redirect_stdout(sys.stderr):
        adapters = build_adapters(build_host(core, language_from(arguments), suggestions))
        return asyncio.run(_awaited(work(adapters)))


async def _awaited(work: Awaitable[list[str]]) -> list[str]:
    return await work


def digest_document(digest: Digest, channel: Channel) -> Document:
    """Describe what a channel gets on a date, and what it doesn't and why."""
    return {
        "date": digest.local_date.isoformat(),
        "channel": str(channel.address),
        "due_at": utc(instant(digest.local_date, channel.schedule)),
        "entries": [_reasoned(one.filed, str(one.why)) for one in digest.chosen],
        "left_out": [_reasoned(one.filed, str(one.why)) for one in digest.left_out],
    }


def delivery_documents(core: Core, deliveries: Iterable[Delivery]) -> list[Document]:
    """Describe deliveries, with the titles of their entries."""
    found = list(deliveries)
    wanted = dict.fromkeys(entry for one in found for entry in one.entries or ())
    titles = {filed.id: filed.entry.title for filed in core.store.entries(tuple(wanted))}
    return [_delivery(one, titles) for one in found]


def delivery_line(one: Delivery, words: Words) -> str:
    """Describe a delivery in one line, its error in the reader's language."""
    count = len(one.entries or ())
    parts = (one.id, one.local_date.isoformat(), str(one.address), str(one.part), one.state.value, str(count))
    return "  ".join((*parts, words.say(one.error) if one.error else "")).rstrip()


def utc(moment: datetime | None) -> str | None:
    """Write an instant as UTC: `2024-04-17T00:00:00Z`."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _delivery(one: Delivery, titles: Mapping[str, str]) -> Document:
    return {
        "id": one.id,
        "channel": str(one.address),
        "local_date": one.local_date.isoformat(),
        "edition": one.edition,
        "part": one.part,
        "due_at": utc(one.due_at),
        "state": one.state.value,
        "entries": [{"id": entry, "title": titles.get(entry)} for entry in one.entries or ()],
        "attempt": one.attempt,
        "settled_at": utc(one.settled_at),
        "message_id": one.message_id,
        "error": str(one.error) if one.error else None,
    }


def _reasoned(filed: FiledEntry, why: str) -> Document:
    return {"id": filed.id, "title": filed.entry.title, "why": why}
