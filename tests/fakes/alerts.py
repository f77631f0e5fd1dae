"""A daily job that tells of what is broken: what it said, and whoever presses its buttons."""

from pathlib import Path

from sqlalchemy import Engine, select

from bot.commands import Command, Typed
from bot.digest.service import DigestService
from bot.grammar import parse
from bot.message import Person, Reply, Request
from bot.model import ChannelAddress, Schedule
from bot.storage.digests import DigestStore
from bot.storage.engine import snapshot
from bot.storage.tables import alerts
from bot.words import Words
from tests.fakes.channels import Fault
from tests.fakes.digests import ADDRESS, DigestLoop

OPS = ChannelAddress("console", "ops", "room")
OWNER = ChannelAddress("console", "local", "dm-owner")
ARCHIVED = (
    "⚠ console:local/main: digests don't get through. The channel is archived."
    " The subscriptions are kept; I try again once a day."
)


def telling(engine: Engine, folder: Path) -> DigestLoop:
    """Return a daily job that tells, over notes of three days."""
    loop = DigestLoop(engine, folder, tells=True)
    for day in (17, 18, 19):
        loop.note(f"n{day}", f"2024-04-{day}")
    return loop


def told(loop: DigestLoop, where: ChannelAddress = OWNER) -> list[str]:
    """Return what was said in a channel, in its order."""
    return [one["text"] for one in loop.platform.messages() if one["channel"] == str(where)]


def rows(loop: DigestLoop) -> list[str]:
    """Return the causes that are written down."""
    with snapshot(loop.engine) as connection:
        return list(connection.scalars(select(alerts.c.cause)))


def break_it(loop: DigestLoop, fault: Fault = Fault.GONE, now: str = "2024-04-17T00:00") -> None:
    """Let the next call fail, and take a turn."""
    loop.platform.faults.append(fault)
    loop.tick(now)


def press(loop: DigestLoop, verb: str, where: ChannelAddress, *, may_manage: bool = True) -> Reply:
    """Press the button of the only alert."""
    with snapshot(loop.engine) as connection:
        identity = connection.scalar(select(alerts.c.id))
    service = DigestService(
        DigestStore(loop.engine, loop.composer, loop.clock), loop.clock, defaults=Schedule(), aliases={}
    )
    command: Command = parse(Typed("digest", f"{verb} {identity}"), service.today(ADDRESS))
    request = Request(where, Person("U1", "jin", may_manage), command, "en", "REF")
    return service.answer(command, request, Words("en"))  # type: ignore[arg-type]  # only digest verbs here
