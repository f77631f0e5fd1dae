"""Draw the pictures anew: `uv run python -m docs.pictures` (needs Chromium, its driver and a Korean font).

The messages are the adapters' own payloads and the page is the archive's own; only the frame around a message, which
is Slack's or Discord's to draw, is imitated by the templates here.
"""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.discord.render import draft_reply
from adapters.slack.render import render
from bot.commands import Typed
from bot.core import Core
from bot.message import Person, Reply, Request
from bot.model import ChannelAddress
from bot.permalinks import note_path
from bot.serving import build_metrics, build_web
from bot.settings import load_settings
from bot.words import Words
from docs.pictures.camera import Camera, camera
from docs.pictures.markup import from_discord, from_slack

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds"
QUERY, DIGEST = "megalodn", "2024-04-17 #llm #rl"


def main() -> None:
    """Draw every picture into this folder."""
    with tempfile.TemporaryDirectory() as folder, camera() as taken:
        settings = load_settings(
            notes=SEEDS, data=folder, public_url="https://notes.example.org", http={"address": "127.0.0.1:0"}
        )
        core = Core(settings)
        core.open_library()
        for name, page in chats(core).items():
            taken.picture_of_html(page, HERE / f"{name}.png")
        asyncio.run(archive(core, taken))


def chats(core: Core) -> Mapping[str, str]:
    """Return a page for each platform, with a message that its adapter makes."""
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    found, digest = ask(core, "paper", QUERY), ask(core, "digest", DIGEST)
    slack = [json.loads(message.payload) for message in render(found)]
    discord = draft_reply(digest, Words("en"))
    return {
        "slack": templates.get_template("slack.html").render(messages=slack, asked=QUERY, markup=from_slack),
        "discord": templates.get_template("discord.html").render(messages=discord, asked=DIGEST, markup=from_discord),
    }


def ask(core: Core, surface: str, text: str) -> Reply:
    """Ask the bot as somebody in a channel does."""
    address, person = ChannelAddress("slack", "T1", "C1"), Person("U1", "kim")
    return core.service().handle(Request(address, person, Typed(surface, text), "en", "7F3A"))


async def archive(core: Core, taken: Camera) -> None:
    """Take the note's page from the archive as it is served."""
    note = core.library.find(QUERY, today=core.local_date()).matches[0].entry
    server = build_web(core, "en", build_metrics(core))
    await server.start()
    try:
        page = f"http://{server.address}{note_path(note.id)}"
        await asyncio.to_thread(taken.picture_of_page, page, "article.note", HERE / "archive.png")
    finally:
        await server.stop()


if __name__ == "__main__":
    main()
