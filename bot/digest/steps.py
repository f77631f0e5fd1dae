"""Carry the steps of many deliveries out together: what waits while one transaction commits shares the next one.

A commit waits for the disk. Fifty deliveries that each waited alone would wait fifty times as long. Whoever asked for
a step goes on only once it has been committed.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.ledger import Ledger

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
MOST_AT_ONCE = 50


class StepQueue:
    """Run steps of one ledger from one event loop."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._waiting: list[tuple[Callable[[Connection], object], asyncio.Future[object]]] = []
        self._draining: asyncio.Task[None] | None = None

    async def run(
        self,
        step: "Callable[Concatenate[Connection, Arguments], Result]",
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Carry a step out, with whatever else waits, and return its result once it is committed."""
        result: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def work(connection: "Connection") -> object:
            return step(connection, *arguments, **named)

        self._waiting.append((work, result))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        return cast("Result", await result)

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            outcomes = await asyncio.to_thread(self._ledger.together, [work for work, _ in batch])
            for (_, result), outcome in zip(batch, outcomes, strict=True):
                _resolve(result, outcome)


def _resolve(result: "asyncio.Future[object]", outcome: object) -> None:
    if result.done():  # whoever waited was cancelled
        return
    if isinstance(outcome, Exception):
        result.set_exception(outcome)
    else:
        result.set_result(outcome)
