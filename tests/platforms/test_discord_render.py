"""Any reply fits Discord's limits, loses nothing, and says nothing that a note could turn into a mention or a mark."""

import re
import sys
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.controls import BUTTON
from adapters.discord.draft import Draft, Embed
from adapters.discord.markdown import address, escaped, ink, inline, units, with_commands
from adapters.discord.marking import marked
from adapters.discord.render import draft_delivery, draft_reply, draft_thread
from bot.actions import decode
from bot.commands import Lookup, OpenEntry, Typed
from bot.message import Action, Block, BlockRole, Card, Person, Reply, Request, WebLink
from bot.model import ChannelAddress
from bot.richtext import Bold, Code, Link, Mention, Moment, Span, Text
from bot.words import Words
from tests.fakes.discord.bot import seeds_core
from tests.fakes.discord.limits import message_faults

EN = Words("en")
_MARKS = re.compile(r"[\W_]+")

MARKED = ("@everyone", "<@123456789012345678>", "<#1>", "<t:1:R>", "# head", "> quote", "- item", "1. one", "**", "__")
ODD = (
    "||",
    "`",
    "```",
    "[a](https://b.c)",
    "\u202e",
    "\x00",
    "\ud800",
    "한글 문장입니다.",
    "😀" * 9,
    "https://a.b/c_d_e",
)
nasty = st.sampled_from(MARKED + ODD)
texts = st.one_of(nasty, st.text(max_size=60), st.builds(lambda a, b: f"{a} {b}", nasty, nasty)).map(
    lambda text: text.replace("\r", " ")
)
long_texts = st.builds(lambda text, times: (text + " ") * times, texts, st.integers(1, 400))
addresses = st.sampled_from(["https://arxiv.org/abs/1", "https://a.b/(c)?d=[e]", "javascript:x", "http://", "x" * 3000])
spans: st.SearchStrategy[Span] = st.one_of(
    st.builds(Text, st.one_of(texts, long_texts)),
    st.builds(Bold, texts),
    st.builds(Code, texts),
    st.builds(Link, texts, addresses),
    st.builds(Mention, st.sampled_from(["12345", "x>y"]), texts),
)
lines = st.lists(spans, max_size=4).map(tuple)
blocks = st.builds(Block, st.sampled_from(list(BlockRole)), lines)
commands = st.one_of(
    st.builds(OpenEntry, st.from_regex(r"e[a-z2-7]{12}", fullmatch=True)),
    st.builds(Lookup, st.text("abc 가", min_size=1, max_size=200)),
    st.builds(Typed, st.just("digest"), st.text("abc", max_size=200)),
)
links = st.lists(st.builds(WebLink, texts, addresses), max_size=2).map(tuple)
actions = st.lists(st.builds(Action, texts, commands), max_size=30).map(tuple)
cards = st.builds(
    Card,
    title=st.one_of(texts, long_texts),
    url=st.one_of(st.none(), addresses),
    number=st.one_of(st.none(), st.integers(1, 99)),
    caption=lines,
    blocks=st.lists(blocks, max_size=5).map(tuple),
    actions=st.lists(st.builds(Action, texts, commands), max_size=2).map(tuple),
    links=links,
)
replies = st.builds(
    Reply,
    text=st.one_of(texts, long_texts),
    lead=lines,
    cards=st.lists(cards, max_size=30).map(tuple),
    actions=actions,
    links=links,
)


def test_what_cannot_be_shown_is_no_ink_and_everything_else_is() -> None:
    everything = [chr(number) for number in range(sys.maxunicode + 1)]
    turning = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    shown = [one for one in everything if unicodedata.category(one) not in ("Cc", "Cs") and one not in turning]
    assert ink("".join(everything)) == "".join(sorted([*shown, "\n", "\t"]))


def test_whatever_can_be_typed_is_code_in_our_sentences() -> None:
    for said in ("Say `2 weeks`.", "Use `from:2024-04-01 to:2024-04-30`.", "Use `lang:ko` or `lang:en`.", "`2주`처럼"):
        assert with_commands(said) == said


def test_commands_and_their_words_are_code_in_our_sentences_and_nothing_else_is() -> None:
    said = with_commands("Run `/digest list`, `paperboy run` or `all`; no note on “`*x*`”.")
    assert said == "Run `/digest list`, `paperboy run` or `all`; no note on “\\`\\*x\\*\\`”."


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("/digest", "/digest show"),
        ("/digest 2026-08-07", "/digest show 2026-08-07"),
        ("/digest 2024-04-17 #llm", "/digest show 2024-04-17 #llm"),
        ("/digest subscribe #llm", "/digest subscribe #llm"),
        ("/digest show 2024", "/digest show 2024"),
        ("/paper 2304.08109", "/paper 2304.08109"),
    ],
)
def test_commands_are_named_as_discord_runs_them(said: str, here: str) -> None:
    assert with_commands(f"Try `{said}`.") == f"Try `{here}`."
    assert inline((Code(said),)) == f"`{here}`"


@given(texts)
def test_units_are_counted_as_discord_does(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def body(draft: Draft) -> dict[str, object]:
    shown: dict[str, object] = {"content": draft.content, "components": draft.components()}
    shown["embeds"] = [embed.to_json() for embed in draft.embeds]
    return shown | {"allowed_mentions": {"parse": []}}


def letters(text: str) -> str:
    return _MARKS.sub("", ink(text))


def said(drafts: tuple[Draft, ...]) -> str:
    return letters("".join(draft.content + "".join(map(_embed, draft.embeds)) for draft in drafts))


def _embed(embed: Embed) -> str:
    return f"{embed.title or ''}{embed.description}"


@settings(deadline=None, max_examples=60)
@given(replies)
def test_every_message_fits(reply: Reply) -> None:
    for draft in draft_delivery(reply, EN):
        faults = message_faults(body(draft), must_say_something=bool(letters(reply.text)))
        assert faults == []
        assert message_faults(body(marked(draft, "d" * 25)), must_say_something=False) == []
        assert Draft.read(draft.write()) == draft
        assert 1 <= units(draft.name) <= 100


@settings(deadline=None, max_examples=40)
@given(st.lists(blocks, max_size=8).map(tuple), st.one_of(st.none(), st.integers(1, 9)))
def test_no_word_of_a_note_is_lost(written: tuple[Block, ...], number: int | None) -> None:
    reply = Reply("x", cards=(Card("Title", number=number, blocks=written),))
    shown = said(draft_reply(reply, EN))
    for block in written:
        for span in block.spans:
            match span:
                case Text(text=text) | Bold(text=text) if "http" not in text:
                    for word in text.split():
                        assert letters(word) in shown


def test_every_seed_note_fits_and_is_whole() -> None:
    service = seeds_core().service()
    library = seeds_core().library
    place = ChannelAddress("discord", "1", "2")
    filed = [match.entry for match in library.find("#llm", limit=50, today=seeds_core().local_date()).matches]
    assert filed
    for one in filed:
        request = Request(place, Person("1", "ada"), OpenEntry(one.id), "ko", "AAAA")
        drafts = draft_reply(service.handle(request), Words("ko"))
        assert [message_faults(body(draft)) for draft in drafts] == [[] for _ in drafts]
        shown = said(drafts)
        for paragraph in one.entry.commentary.ko or one.entry.commentary.en:
            assert letters(re.sub(r"https?://\S+", "", paragraph))[:200] in shown or "http" in paragraph


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _it_ ~~no~~ ||spoiler||", r"\*bold\* \_it\_ \~\~no\~\~ \|\|spoiler\|\|"),
        ("# head", r"\# head"),
        ("#llm stays", "#llm stays"),
        ("> quote", r"\> quote"),
        ("1. one", r"1\. one"),
        ("- item", r"\- item"),
        ("<@123> <#1> <t:1>", r"\<@123> \<#1> \<t:1>"),
        ("see https://a.b/c_d_e ok", "see https://a.b/c_d_e ok"),
        ("[x](https://a.b)", r"\[x\](https://a.b)"),
        ("a\u202eb\x00c", "abc"),
    ],
)
def test_words_of_a_note_are_ink(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_spans_are_marked_up() -> None:
    at = datetime(2024, 4, 17, tzinfo=UTC)
    assert inline((Moment(at, "whenever"),)) == "<t:1713312000:f>"
    assert inline((Mention("42", "ada"),)) == "<@42>"
    assert inline((Bold("a*b"),)) == r"**a\*b**"
    assert inline((Code("/paper `x`"),)) == "`` /paper `x` ``"
    assert inline((Link("Mega (2209)", "https://arxiv.org/abs/2209.10655"),)) == (
        "[Mega (2209)](<https://arxiv.org/abs/2209.10655>)"
    )
    assert inline((Link("arxiv.org/abs/1", "https://arxiv.org/abs/1"),)) == "https://arxiv.org/abs/1"
    assert inline((Link("x", "javascript:alert(1)"),)) == "x"


def test_what_no_button_can_carry_is_said_to_be_typed() -> None:
    action = Action("Subscribe anyway", Typed("digest", "subscribe " + "#long-tag " * 20))
    [draft] = draft_reply(Reply("No note has #long-tag.", actions=(action,)), EN)
    assert "Subscribe anyway: `/digest subscribe #long-tag" in draft.content


def test_every_button_reads_back_as_its_command() -> None:
    action = Action("Open", OpenEntry("enoextxqqso2b"))
    [draft] = draft_reply(Reply("x", actions=(action,)), EN)
    assert isinstance(draft.rows[0], tuple)
    found = BUTTON.fullmatch(marked(draft, "d" * 25).components()[0]["components"][0]["custom_id"])
    assert found is not None
    assert decode(found["code"]) == action.command


def test_the_thread_of_a_digest_is_drawn_in_order() -> None:
    reply = Reply("head", thread=(Reply("one", thread=(Reply("two"),)), Reply("three")))
    assert [draft.content for draft in draft_thread(reply, EN)] == ["one", "two", "three"]
    assert [(draft.content, draft.name) for draft in draft_delivery(reply, EN)] == [
        ("head", "head"),
        ("one", "head"),
        ("two", "head"),
        ("three", "head"),
    ]


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://arxiv.org/abs/2404.08801", "https://arxiv.org/abs/2404.08801"),
        (" https://arxiv.org/abs/2404.08801 ", "https://arxiv.org/abs/2404.08801"),
        ("https://a.b/c_d~e?f=g&h=%20#i", "https://a.b/c_d~e?f=g&h=%20#i"),
        ("https://a.b/(c) d", "https://a.b/%28c%29%20d"),
        ("https://a.b/논문", "https://a.b/%EB%85%BC%EB%AC%B8"),
        ("HTTPS://A.b:8080/c", "HTTPS://A.b:8080/c"),
        ("https://a.b/c\n", "https://a.b/c"),
        ("https://a.b?c", "https://a.b?c"),
        ("https://논문.kr/", None),
        ("ftp://a.b/c", None),
        ("https://", None),
        ("https://a.b/" + "c" * 1500, None),
        (None, None),
    ],
)
def test_an_address_is_taken_as_discord_takes_it(url: str | None, taken: str | None) -> None:
    assert address(url) == taken
