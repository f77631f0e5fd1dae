"""Messages lead to pages that are there: what a conversation shows, asked of the web server."""

from pathlib import Path

from bot.commands import Command, Lookup, Typed
from bot.core import Core
from bot.message import Person, Reply, Request
from bot.model import ChannelAddress
from bot.richtext import Link
from bot.settings import load_settings
from tests.fakes.web import SEEDS, Notes, serving


def test_every_way_out_of_a_conversation_leads_to_a_page(tmp_path: Path) -> None:
    core = Core(load_settings(notes=SEEDS, data=tmp_path, public_url="https://notes.example.org/paper/"))
    core.open_library()
    ours = Notes(core, {"public_url": core.settings.public_url})
    person, here = Person("U1", "kim"), ChannelAddress("console", "console", "console")
    asked = ("megalodon", "language model", "from 2024-04 #llm", "nothing of the sort at all")
    commands: list[Command] = [*(Lookup(query) for query in asked), Typed("digest", "2024-04-17")]
    replies = [core.service().handle(Request(here, person, command, "en", "A1B2")) for command in commands]
    pages = {url for reply in replies for url in web_addresses(reply) if "notes.example.org" in url}
    assert len(pages) > 10
    with serving(ours.build) as served:
        for page in pages:
            answer = served.get(page.removeprefix("https://notes.example.org"), Host="notes.example.org")
            assert answer.status == 200, page


def web_addresses(reply: Reply) -> list[str]:
    """Return every address that a reply shows."""
    spans = [span for card in reply.cards for part in (card.caption, *(b.spans for b in card.blocks)) for span in part]
    links = [*reply.links, *(link for card in reply.cards for link in card.links)]
    urls = [link.url for link in links] + [span.url for span in spans if isinstance(span, Link)]
    return urls + [card.url for card in reply.cards if card.url]
