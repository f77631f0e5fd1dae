"""Rendering: whatever a note says arrives whole, harmless and within Slack's limits."""

import json
import re
from datetime import UTC, datetime
from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from adapters.slack.mrkdwn import ink, pieces, plain_words
from adapters.slack.render import render
from bot.commands import Lookup, MoreMatches, OpenEntry, ShareEntry
from bot.message import Action, Block, BlockRole, Card, Reply, WebLink
from bot.richtext import Bold, Code, Link, Mention, Moment, Span, Text
from tests.fakes.slack.limits import message_violations
from tests.fakes.slack.state import texts

WORDS = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "<!channel> <!here> <@U123> <#C123|x> <https://evil.example|click>",
            "@everyone &amp; &lt;b&gt; a<b>c & d",
            "*bold* _it_ ~no~ `code` ```block``` x_i * y",
            "> quoted\n>> twice\n\n> 줄",
            "https://arxiv.org/abs/2404.08801?x=1&y=<2>|3, and more.",
            "한국어 문장이다. " * 150,
            "unbroken" * 400,
            "\0\x07\u202egnp.exe\u2066 \ud800 \U0001f4f0",
            "&" * 1200,
            "\n" * 100,
        ]
    ),
)
SPANS = st.lists(
    st.one_of(
        WORDS.map(Text),
        WORDS.map(Bold),
        WORDS.map(Code),
        st.builds(Link, WORDS, WORDS.map(lambda text: "https://example.org/" + text) | WORDS),
        st.builds(Mention, st.sampled_from(["U123", "<!channel>", ""]), WORDS),
        st.builds(Moment, st.just(datetime(2026, 3, 1, tzinfo=UTC)), WORDS),
    ),
    max_size=4,
).map(tuple)
COMMANDS = st.sampled_from([OpenEntry("e2k4m6p8"), ShareEntry("e2k4m6p8"), Lookup("x" * 500)]) | WORDS.map(MoreMatches)
LINKS = st.lists(st.builds(WebLink, WORDS, WORDS.map("https://notes.example.org/notes/{}".format)), max_size=2).map(
    tuple
)
ACTIONS = st.lists(st.builds(Action, WORDS, COMMANDS), max_size=8).map(tuple)
CARDS = st.builds(
    Card,
    title=WORDS,
    url=st.none() | WORDS | st.just("https://arxiv.org/abs/2404.08801"),
    number=st.none() | st.integers(1, 99),
    caption=SPANS,
    blocks=st.lists(st.builds(Block, st.sampled_from(BlockRole), SPANS), max_size=5).map(tuple),
    actions=ACTIONS,
    links=LINKS,
)
REPLIES = st.builds(
    Reply, text=WORDS, lead=SPANS, cards=st.lists(CARDS, max_size=4).map(tuple), actions=ACTIONS, links=LINKS
)


@settings(deadline=None, max_examples=50)
@given(REPLIES)
def test_any_reply_fits_and_is_harmless(reply: Reply) -> None:
    for message in render(reply):
        payload = json.loads(message.payload)
        assert list(message_violations(payload["text"], payload["blocks"])) == []
        for block in SdkBlock.parse_all(payload["blocks"]):
            block.validate_json()
        message.payload.encode()


@settings(deadline=None, max_examples=50)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_every_visible_letter_of_a_note_arrives(paragraphs: list[str]) -> None:
    blocks = tuple(Block(BlockRole.QUOTE, (Text(paragraph),)) for paragraph in paragraphs)
    messages = render(Reply("a note", cards=(Card("", blocks=blocks),)))
    shown = "".join(text for message in messages for block in message.blocks for text in texts(block))
    assert _letters(_seen(shown)) == _letters("".join(ink(text) for text in paragraphs))


def test_a_long_note_goes_on_in_further_messages() -> None:
    paragraphs = [f"{number}: " + "이 논문은 길다. " * 200 for number in range(30)]
    blocks = tuple(Block(BlockRole.QUOTE, (Text(paragraph),)) for paragraph in paragraphs)
    share = Action("Share", ShareEntry("e2k4m6p8"))
    messages = render(Reply("long", cards=(Card("Long", blocks=blocks),), actions=(share,)))
    assert len(messages) > 4
    assert messages[0].text == f"long (1/{len(messages)})"
    assert "Share" in messages[0].payload
    assert "Share" not in messages[1].payload
    assert [f"{number}: " in "".join(m.payload for m in messages) for number in range(30)] == [True] * 30


def test_the_thread_of_a_reply_follows_in_order() -> None:
    thread = tuple(Reply(f"part {number}") for number in range(3))
    assert [m.text for m in render(Reply("digest", thread=thread))] == ["digest", "part 0", "part 1", "part 2"]


def test_spans_are_marked_up_and_their_words_are_not() -> None:
    line: tuple[Span, ...] = (
        Text("Showing "),
        Bold("Mega*lodon"),
        Text("을 *here* <!channel>, see x_i "),
        Code("/digest `x`"),
        Link("a <b>", "https://example.org/?a=1&b=2|c"),
        Mention("U123", "kim"),
        Mention("console", "you"),
        Moment(datetime(2026, 3, 1, 9, tzinfo=UTC), "09:00"),
    )
    (written,) = pieces(line, 3000)
    assert written == (
        "Showing *Mega∗lodon*\u200b을 *\u200bhere* &lt;!channel&gt;, see x_i `/digest ˋxˋ`"
        "<https://example.org/?a=1&amp;b=2%7Cc|a &lt;b&gt;><@U123>@you"
        "<!date^1772355600^{date_short_pretty} {time}|09:00>"
    )


def test_an_address_in_a_note_is_a_link() -> None:
    (written,) = pieces((Text("see (https://arxiv.org/abs/2404.08801)."),), 3000)
    assert written == "see (<https://arxiv.org/abs/2404.08801>)."


def test_a_plain_answer_sets_commands_apart() -> None:
    (message,) = render(Reply("Try `/digest subscribe #llm`."))
    assert message.blocks[0]["text"] == {
        "type": "mrkdwn",
        "text": "Try `/digest subscribe #llm`.",
        "verbatim": True,
    }


def test_what_slack_sends_is_read_as_it_was_typed() -> None:
    sent = "<#C1|llm> <@U1|kim> <https://arxiv.org/abs/1|arxiv> a &lt; b &amp; c <!here> <mailto:a@b.c|a@b.c>"
    assert plain_words(sent) == "#llm @kim https://arxiv.org/abs/1 a < b & c @here a@b.c"


def _seen(markup: str) -> str:
    return unescape(re.sub(r"<([^<>|]*)(?:\|([^<>]*))?>", lambda found: found[2] or found[1], markup))


def _letters(text: str) -> str:
    return "".join(letter for letter in text if not letter.isspace() and letter not in ">\u200b")
