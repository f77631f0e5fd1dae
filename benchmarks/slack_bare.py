"""The peer of the Slack benchmark: a bare Bolt app over Socket Mode that answers every /paper with “hello”."""

import asyncio
import os

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    """Serve until killed."""
    base_url = os.environ["SLACK_API_URL"]
    app = AsyncApp(client=AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=base_url))

    @app.command("/paper")
    async def paper(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("hello")

    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"], web_client=app.client)
    await handler.start_async()  # type: ignore[no-untyped-call]  # as in Bolt


if __name__ == "__main__":
    asyncio.run(main())
