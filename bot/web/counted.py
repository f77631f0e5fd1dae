"""Count what an adapter posts, without the adapter knowing."""

from time import perf_counter

from bot.errors import DeliveryError
from bot.message import Reply
from bot.model import ChannelAddress
from bot.ports import Adapter, SendWindow
from bot.web.metrics import Metrics


class CountedAdapter:
    """An adapter whose posts are timed and counted by outcome: `posted`, or the name of the delivery error."""

    def __init__(self, adapter: Adapter, metrics: Metrics) -> None:
        self._adapter = adapter
        self._metrics = metrics

    @property
    def platform(self) -> str:
        """Name the platform."""
        return self._adapter.platform

    async def serve(self) -> None:
        """Answer people until cancelled."""
        await self._adapter.serve()

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return the payloads that draw a reply."""
        return self._adapter.render(reply)

    async def post(self, address: ChannelAddress, payload: str, delivery_id: str, thread: str | None) -> str:
        """Post one payload, and record how long it took and what became of it."""
        started, outcome = perf_counter(), "cut off"
        try:
            message_id = await self._adapter.post(address, payload, delivery_id, thread)
            outcome = "posted"
        except DeliveryError as error:
            outcome = type(error).__name__
            raise
        finally:
            self._metrics.posted(self.platform, outcome, perf_counter() - started)
        return message_id

    async def find(
        self, address: ChannelAddress, delivery_id: str, window: SendWindow, thread: str | None
    ) -> str | None:
        """Return the id of the message that carries a delivery id."""
        return await self._adapter.find(address, delivery_id, window, thread)

    async def edit(self, address: ChannelAddress, message_id: str, payload: str) -> None:
        """Replace a message in place."""
        await self._adapter.edit(address, message_id, payload)

    async def direct(self, workspace: str, person: str | None) -> ChannelAddress | None:
        """Return where a person reads direct messages."""
        return await self._adapter.direct(workspace, person)
