"""The README's pictures hold what the bot says today, and stay small."""

import re
import struct
from html import unescape
from pathlib import Path

import pytest

from bot.core import Core
from bot.richtext import plain
from bot.settings import load_settings
from docs.pictures.__main__ import DIGEST, QUERY, ask, chats
from docs.pictures.markup import from_discord, from_slack

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
_IMAGE = re.compile(r'<img src="docs/pictures/(?P<file>[a-z]+\.png)" width="480" alt="(?P<said>[^"]+)">')

_TAGS = re.compile("<[^>]*>")


@pytest.fixture
def core(tmp_path: Path) -> Core:
    opened = Core(load_settings(notes=ROOT / "seeds", data=tmp_path, public_url="https://notes.example.org"))
    opened.open_library()
    return opened


def test_the_readme_shows_each_picture_and_says_what_is_on_it() -> None:
    shown = {found["file"]: found["said"] for found in _IMAGE.finditer((ROOT / "README.md").read_text("utf-8"))}
    assert shown.keys() == {file.name for file in PICTURES.glob("*.png")}
    assert all(len(said) > 80 for said in shown.values())


@pytest.mark.parametrize("file", [pytest.param(file, id=file.name) for file in sorted(PICTURES.glob("*.png"))])
def test_a_picture_is_small_and_sharp(file: Path) -> None:
    drawn = file.read_bytes()
    width, height = struct.unpack(">II", drawn[16:24])
    assert len(drawn) < 150_000
    assert (width, height > 400) == (624, True)


def test_every_word_of_a_message_is_on_its_page(core: Core) -> None:
    pages = {name: squeezed(unescape(_TAGS.sub("", page))) for name, page in chats(core).items()}
    for block in ask(core, "paper", QUERY).cards[0].blocks:
        for span in block.spans:
            assert squeezed(plain((span,)).split("(https")[0]) in pages["slack"]
    for card in ask(core, "digest", DIGEST).cards:
        assert squeezed(card.title) in pages["discord"]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_markup_is_drawn_and_never_runs() -> None:
    assert (
        from_slack("*<https://a.b/?c=1&amp;d=2|A &lt;b&gt;>* tail") == '<p><b><a href="#">A &lt;b&gt;</a></b> tail</p>'
    )
    assert from_discord("> **1.** [a\\_b](<https://a.b>) <i>\n\n-# small") == (
        '<blockquote><b>1.</b> <a href="#">a_b</a> &lt;i&gt;</blockquote><div class=gap></div><small>small</small>'
    )
