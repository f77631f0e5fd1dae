"""Join core, adapters and runner: the daily job of this process, and single turns of it."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.core import Core
from bot.digest.configured import subscribe_configured
from bot.digest.deliver import Deliverer
from bot.digest.local import LocalRunner
from bot.digest.tell import Teller
from bot.ports import Adapter

if TYPE_CHECKING:
    from bot.storage.ledger import Ledger

_log = logging.getLogger(__name__)


class ShiftedClock:
    """Tell the time as if it had been `start` when this clock was made, for a turn of the daily job as of then."""

    def __init__(self, start: datetime) -> None:
        self._shift = start.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        """Return this instant, with zone UTC."""
        return datetime.now(UTC) + self._shift


async def run_daily(core: Core, adapters: Mapping[str, Adapter]) -> None:
    """Plan and deliver until cancelled: on PostgreSQL with its extra among replicas, else in this process alone."""
    ledger, deliverer = await asyncio.to_thread(build_deliverer, core, adapters)
    await asyncio.to_thread(start_up, core, ledger, adapters)
    if runs_in_cluster(core):
        _log.info("digests are delivered by the cluster runner, shared with every replica on this database")
        await _run_in_cluster(core, ledger, deliverer)
        return
    _log.info("digests are delivered by the local runner, in this process")
    await _run_locally(core, ledger, deliverer)


async def tick(core: Core, adapters: Mapping[str, Adapter], *, as_of: bool) -> list[str]:
    """Do one turn of the daily job: plan, deliver, return the ids of the deliveries it planned or took up."""
    from bot.storage.lock import sole_runner

    ledger, deliverer = build_deliverer(core, adapters)
    start_up(core, ledger, adapters)
    with sole_runner(core.engine) as alone:
        return await LocalRunner(ledger, deliverer, core.clock, alone=alone).tick(as_of=as_of)


async def deliver_one(core: Core, adapters: Mapping[str, Adapter], delivery_id: str) -> list[str]:
    """Carry out one delivery with its thread, after what is due in its channel before it."""
    _, deliverer = build_deliverer(core, adapters)
    for earlier in await asyncio.to_thread(core.digest_store.open_before, delivery_id):
        await deliverer.deliver(earlier)
    await deliverer.deliver(delivery_id)
    return [delivery_id]


def build_deliverer(core: Core, adapters: Mapping[str, Adapter]) -> "tuple[Ledger, Deliverer]":
    """Build the ledger and what carries its deliveries out."""
    from bot.digest.composer import Composer
    from bot.storage.alerts import AlertStore
    from bot.storage.ledger import Ledger

    lease = timedelta(seconds=core.settings.delivery.lease)
    renders = {name: adapter.render for name, adapter in adapters.items()}
    composer = Composer(renders, core.tag_aliases, core.clock, core.permalinks)
    ledger = Ledger(core.engine, composer, lease=lease, catch_up_days=core.settings.digest.catch_up_days)
    teller = Teller(
        AlertStore(core.engine, lease=lease),
        adapters,
        core.clock,
        ops_channel=core.settings.ops_address,
        language=core.settings.lang,
    )
    return ledger, Deliverer(ledger, adapters, core.clock, lease=lease, teller=teller)


def start_up(core: Core, ledger: "Ledger", adapters: Mapping[str, Adapter]) -> None:
    """Subscribe the channels of the settings, and trust again the credentials that were read anew."""
    named, language = core.settings.digest.channels, core.settings.lang or "ko"
    subscribe_configured(core.digests, core.digest_store, named, language, core.tag_aliases)
    for platform in adapters:
        ledger.mend(platform)


def runs_in_cluster(core: Core) -> bool:
    """Say whether deliveries are shared among replicas: on PostgreSQL, with the extra `cluster` installed."""
    return core.engine.dialect.name == "postgresql" and find_spec("procrastinate") is not None


async def _run_in_cluster(core: Core, ledger: "Ledger", deliverer: Deliverer) -> None:
    from bot.digest.cluster import ClusterRunner
    from bot.storage.planner import Planner

    planner = Planner(core.engine)
    try:
        await ClusterRunner(ledger, deliverer, core.clock, planner).run()
    finally:
        planner.give_up()


async def _run_locally(core: Core, ledger: "Ledger", deliverer: Deliverer) -> None:
    from bot.storage.lock import sole_runner

    with sole_runner(core.engine) as alone:
        if not alone:
            _log.warning("another process delivers from this database too: both respect each other's leases")
        await LocalRunner(ledger, deliverer, core.clock, alone=alone).run()
