"""What adapters tell of channels: they rest, wake and move, and nobody's rule is lost on the way."""

from pathlib import Path

from sqlalchemy import Engine

from bot.model import Channel, ChannelAddress, ChannelOptions
from bot.sentences import sentence
from bot.storage.addressbook import StoredAddressbook
from bot.storage.channels import read_channel
from bot.storage.engine import snapshot
from tests.fakes.asynchronous import asynchronous
from tests.fakes.digests import DigestLoop

MAIN = ChannelAddress("console", "local", "main")
OTHER = ChannelAddress("console", "local", "other")
ELSEWHERE = ChannelAddress("console", "remote", "main")
NOBODYS = ChannelAddress("console", "local", "nobodys")
DELETED = sentence("That channel is gone.")


def channel(engine: Engine, address: ChannelAddress = MAIN) -> Channel:
    with snapshot(engine) as connection:
        found = read_channel(connection, address)
    assert found is not None
    return found


def book(engine: Engine, folder: Path, *addresses: ChannelAddress) -> tuple[StoredAddressbook, DigestLoop]:
    loop = DigestLoop(engine, folder)
    for address in addresses:
        loop.subscribe("#llm", address)
    return StoredAddressbook(engine, loop.clock), loop


@asynchronous
async def test_a_channel_rests_and_wakes_with_its_rule(engine: Engine, tmp_path: Path) -> None:
    told, loop = book(engine, tmp_path, MAIN)
    before = channel(engine)
    await told.closed(MAIN, DELETED)
    assert channel(engine).resting_since == loop.clock.now()
    assert channel(engine).subscription == before.subscription
    await told.opened(MAIN)
    assert channel(engine).resting_since is None


@asynchronous
async def test_a_channel_nobody_configured_is_none_of_ours(engine: Engine, tmp_path: Path) -> None:
    told, _ = book(engine, tmp_path)
    await told.closed(NOBODYS, DELETED)
    await told.opened(NOBODYS)
    await told.moved(NOBODYS, OTHER)
    assert await told.channels_of("console", "local") == []
    assert await told.channel(NOBODYS) is None
    assert await told.language_of(NOBODYS) is None
    assert not await told.previews_wanted(NOBODYS)
    assert not await told.crosspost_wanted(NOBODYS)


@asynchronous
async def test_a_channel_that_moves_takes_everything_along(engine: Engine, tmp_path: Path) -> None:
    told, _ = book(engine, tmp_path, MAIN)
    before = channel(engine)
    await told.moved(MAIN, OTHER)
    assert await told.channel(MAIN) is None
    after = channel(engine, OTHER)
    assert (after.id, after.subscription, after.schedule) == (before.id, before.subscription, before.schedule)


@asynchronous
async def test_a_workspace_that_leaves_rests_alone_and_wakes_when_it_joins_again(
    engine: Engine, tmp_path: Path
) -> None:
    told, _ = book(engine, tmp_path, MAIN, OTHER, ELSEWHERE)
    await told.workspace_left("console", "local")
    assert [channel(engine, one).resting_since is None for one in (MAIN, OTHER, ELSEWHERE)] == [False, False, True]
    assert await told.channels_of("console", "local") == [MAIN, OTHER], "a resting channel keeps its rule"
    await told.workspace_joined("console", "local")
    assert [channel(engine, one).resting_since for one in (MAIN, OTHER)] == [None, None]


@asynchronous
async def test_what_a_channel_chose_is_told(engine: Engine, tmp_path: Path) -> None:
    told, loop = book(engine, tmp_path, MAIN)
    assert not await told.previews_wanted(MAIN)
    loop.change(MAIN, options=ChannelOptions(previews=True, crosspost=True))
    assert await told.previews_wanted(MAIN)
    assert await told.crosspost_wanted(MAIN)
    for chosen, told_as in (("en", "en"), ("ko", "ko"), ("both", "ko")):
        loop.change(MAIN, language=chosen)
        assert await told.language_of(MAIN) == told_as
