"""Carry the steps of many deliveries out together: what waits while one transaction commits shares the next one.

A commit waits for the disk, and a statement for the database. Fifty deliveries that each waited alone would wait fifty
times as long. Whoever asked for a step goes on only once it has been committed.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.storage.ledger import Ledger

Arguments = ParamSpec("Arguments")
Argument = TypeVar("Argument")
Result = TypeVar("Result")
MOST_AT_ONCE = 100


@dataclass(eq=False, slots=True)
class _Waiting:
    """One argument of a step that takes many, and whoever waits for its result."""

    step: "Callable[[Connection, Sequence[Any]], Sequence[object]]"
    argument: object
    result: "asyncio.Future[object]"


class StepQueue:
    """Run steps of one ledger from one event loop."""

    def __init__(self, ledger: "Ledger") -> None:
        self._ledger = ledger
        self._waiting: list[_Waiting] = []
        self._draining: asyncio.Task[None] | None = None

    async def run(
        self,
        step: "Callable[Concatenate[Connection, Arguments], Result]",
        *arguments: Arguments.args,
        **named: Arguments.kwargs,
    ) -> Result:
        """Carry a step out, with whatever else waits, and return its result once it is committed."""

        def alone(connection: "Connection", _: Sequence[None]) -> list[Result]:
            return [step(connection, *arguments, **named)]

        return await self.join(alone, None)

    async def join(
        self, step: "Callable[[Connection, Sequence[Argument]], Sequence[Result]]", argument: Argument
    ) -> Result:
        """Carry a step out at once for all who wait for the same one; returns the result for `argument`."""
        result: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(step, argument, result))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        return cast("Result", await result)

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            for one, outcome in await asyncio.to_thread(self._carry_out, batch):
                _resolve(one.result, outcome)

    def _carry_out(self, batch: Sequence[_Waiting]) -> list[tuple[_Waiting, object]]:
        """Carry the batch out, each step once; where one fails for several, each of them is tried alone."""
        groups: dict[object, list[_Waiting]] = {}
        for one in batch:
            groups.setdefault(one.step, []).append(one)
        steps = [_with_arguments(group) for group in groups.values()]
        found: list[tuple[_Waiting, object]] = []
        for group, outcome in zip(groups.values(), self._ledger.together(steps), strict=True):
            if not isinstance(outcome, Exception):
                found += zip(group, cast("Sequence[object]", outcome), strict=True)
            elif len(group) == 1:
                found.append((group[0], outcome))
            else:
                found += [alone for one in group for alone in self._carry_out([one])]
        return found


def _with_arguments(group: Sequence[_Waiting]) -> "Callable[[Connection], Sequence[object]]":
    arguments = [one.argument for one in group]
    return lambda connection: group[0].step(connection, arguments)


def _resolve(result: "asyncio.Future[object]", outcome: object) -> None:
    if result.done():  # whoever waited was cancelled
        return
    if isinstance(outcome, Exception):
        result.set_exception(outcome)
    else:
        result.set_result(outcome)
