"""A whole digest loop on a real database: entries, channels, ledger, runner, and a platform that can fail."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine, insert, select, update

from bot.digest.composer import Composer
from bot.digest.deliver import Deliverer
from bot.digest.ledger import LEASE, Claim, Delivery, State, TakenUp
from bot.digest.local import LocalRunner
from bot.digest.rules import read_rule
from bot.digest.schedule import first_owed_date
from bot.digest.tell import Teller
from bot.model import Channel, ChannelAddress, Schedule
from bot.storage.alerts import AlertStore
from bot.storage.channels import add_channel, change_channel, read_channel
from bot.storage.deliveries import build_delivery, rows
from bot.storage.engine import snapshot, transaction
from bot.storage.ledger import Ledger
from bot.storage.tables import deliveries, entries, meta, notes, places, tags
from bot.tags import fold_tag
from tests.fakes.channels import FaultyChannel
from tests.fakes.clock import FakeClock

ADDRESS = ChannelAddress("console", "local", "main")


class DigestLoop:
    """Drive the daily job by hand, with the clock in the test's hand. `tells` lets it tell of what is broken."""

    def __init__(
        self,
        engine: Engine,
        folder: Path,
        *,
        now: str = "2024-04-16T23:00",
        lease: timedelta = LEASE,
        tells: bool = False,
    ) -> None:
        self.engine = engine
        self.tells = tells
        self.ops_channel: ChannelAddress | None = None
        self.clock = FakeClock(now)
        self.platform = FaultyChannel(folder / "messages.jsonl")
        self.lease = lease
        self.restart()

    def restart(self) -> None:
        """Begin anew as another process would: nothing is remembered but the database."""
        adapters = {"console": self.platform}
        self.composer = Composer({"console": self.platform.render}, {}, self.clock)
        self.ledger = Ledger(self.engine, self.composer, lease=self.lease)
        store = AlertStore(self.engine, lease=self.lease)
        teller = Teller(store, adapters, self.clock, ops_channel=self.ops_channel) if self.tells else None
        self.deliverer = Deliverer(self.ledger, adapters, self.clock, lease=self.lease, teller=teller)

    def close(self) -> None:
        """End whatever is still running."""

    def runner(self, *, alone: bool = True) -> LocalRunner:
        return LocalRunner(self.ledger, self.deliverer, self.clock, alone=alone)

    def tick(self, now: str | None = None, *, as_of: bool = False, alone: bool = True) -> list[str]:
        if now is not None:
            self.clock.set(now)

        async def turn() -> list[str]:
            return await self.runner(alone=alone).tick(as_of=as_of)

        return asyncio.run(turn())

    def take_up(self, most: int = 1) -> Sequence[Claim]:
        """Claim what is due, as a process does before it sends."""
        ledger, now = self.ledger, self.clock.now()
        (taken,) = ledger.together([lambda connection: ledger.take_up(connection, now, most)])
        assert isinstance(taken, TakenUp), taken
        return taken.claims

    def subscribe(
        self, rule: str = "all", address: ChannelAddress = ADDRESS, schedule: Schedule | None = None, **changes: object
    ) -> Channel:
        when = schedule or Schedule()
        channel = Channel(
            0, address, first_owed_date(when, self.clock.now()), when, "en", subscription=read_rule(rule).subscription
        )
        channel = replace(channel, **changes)  # type: ignore[arg-type]  # the fields of a channel
        with transaction(self.engine) as connection:
            return add_channel(connection, channel, self.clock.now(), "person")

    def change(self, address: ChannelAddress = ADDRESS, **changes: object) -> None:
        with transaction(self.engine) as connection:
            channel = read_channel(connection, address)
            assert channel is not None
            changed = replace(channel, **changes)  # type: ignore[arg-type]  # the fields of a channel
            change_channel(connection, changed, self.clock.now(), "person")

    def note(self, identifier: str, day: date | str, *labels: str) -> None:
        """Let an entry arrive, in a note of its own."""
        when = date.fromisoformat(day) if isinstance(day, str) else day
        with transaction(self.engine) as connection:
            connection.execute(update(meta).values(revision=meta.c.revision + 1))
            revision = connection.execute(select(meta.c.revision)).scalar_one()
            note_id = connection.execute(
                insert(notes)
                .values(path=f"{identifier}.md", kind="day", size=1, parser_version=1, readable=True)
                .returning(notes.c.id)
            ).scalar_one()
            connection.execute(insert(entries).values(_entry(identifier, when, revision, self.clock)))
            connection.execute(
                insert(places).values(entry_id=identifier, note_id=note_id, position=0, first_line=1, last_line=1)
            )
            for position, tag in enumerate(labels):
                connection.execute(
                    insert(tags).values(entry_id=identifier, position=position, tag=tag, folded=fold_tag(tag))
                )

    def edit(self, identifier: str, **values: object) -> None:
        """Change an entry's row, as a refresh does."""
        with transaction(self.engine) as connection:
            connection.execute(update(meta).values(revision=meta.c.revision + 1))
            revision = connection.execute(select(meta.c.revision)).scalar_one()
            connection.execute(update(entries).where(entries.c.id == identifier).values(changed=revision, **values))

    def ledger_rows(self) -> list[Delivery]:
        with snapshot(self.engine) as connection:
            query = rows().order_by(deliveries.c.channel_id, deliveries.c.local_date, deliveries.c.part)
            return [build_delivery(row) for row in connection.execute(query).mappings()]

    def states(self) -> dict[str, str]:
        """Return the state of each date's first part, by date."""
        return {str(one.local_date): one.state.value for one in self.ledger_rows() if one.part == 0}

    def assert_all_posted_once(self) -> None:
        assert {one.state for one in self.ledger_rows()} <= {State.POSTED, State.EMPTY}
        self.platform.assert_nothing_twice()
        posted = [one.id for one in self.ledger_rows() if one.state is State.POSTED]
        assert sorted(posted) == sorted(message["delivery"] for message in self.platform.messages())


def _entry(identifier: str, when: date, revision: int, clock: FakeClock) -> Mapping[str, object]:
    return {
        "id": identifier,
        "digest": f"{identifier}{revision}",
        "title": identifier,
        "title_key": identifier,
        "aliases": (),
        "authors": ("A. Author",),
        "commentary_ko": ("한국어 감상.",),
        "commentary_en": (),
        "kind": "day",
        "first_day": when,
        "last_day": when,
        "first_seen_at": clock.now(),
        "born": revision,
        "changed": revision,
    }
