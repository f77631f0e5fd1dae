"""What people type to change and understand a channel's digest, and what they read."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.commands import Log, Typed
from bot.digest import explain
from bot.digest.rules import read_rule, terms_text
from bot.digest.service import DigestService
from bot.errors import UsageError
from bot.grammar import parse
from bot.message import Person, Reply, Request, Visibility
from bot.model import Schedule
from bot.richtext import Mention
from bot.storage.digests import DigestStore
from bot.words import Words
from tests.fakes.channels import Fault
from tests.fakes.digests import ADDRESS, DigestLoop


class Chat:
    """Type digest commands in one channel."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.loop = DigestLoop(engine, folder)
        self.store = DigestStore(engine, self.loop.composer, self.loop.clock)
        self.service = DigestService(self.store, self.loop.clock, defaults=Schedule(), aliases={"lm": "llm"})

    def say(self, text: str, *, may_manage: bool = True) -> Reply:
        command = parse(Typed("digest", text), self.service.today(ADDRESS))
        request = Request(ADDRESS, Person("U1", "jin", may_manage), command, "en", "REF")
        return self.service.answer(command, request, Words("en"))  # type: ignore[arg-type]  # only digest verbs here

    def text(self, text: str) -> str:
        return self.say(text).text

    def rule(self) -> str:
        channel = self.store.channel(ADDRESS)
        return "" if channel is None else terms_text(channel.subscription)


@pytest.fixture
def chat(engine: Engine, tmp_path: Path) -> Chat:
    chat = Chat(engine, tmp_path)
    chat.loop.note("a", "2024-04-15", "llm")
    chat.loop.note("b", "2024-04-15", "rl")
    chat.loop.note("c", "2024-04-16", "llm", "survey")
    return chat


def test_a_subscription_is_answered_in_public_with_all_there_is_to_know(chat: Chat) -> None:
    reply = chat.say("subscribe #llm #rl -#survey at 09:00 tz Asia/Seoul on mon-fri")
    assert reply.visibility is Visibility.PUBLIC
    assert reply.text == (
        "✅ @jin subscribed this channel to #llm or #rl, without #survey. Daily at 09:00 Asia/Seoul, Mon–Fri."
        " Next: Wed 2024-04-17.\n"
        "It would have posted 2 notes, on 1 of the last 30 days that have notes."
    )


def test_subscribing_adds_and_never_replaces(chat: Chat) -> None:
    chat.say("subscribe #llm")
    assert chat.text("subscribe #llm").startswith("Already subscribed to #llm.")
    assert "(Already subscribed to #llm.)" in chat.text("subscribe #llm #rl")
    assert chat.rule() == "#llm #rl"
    chat.say("구독 LM")
    assert chat.rule() == "#llm #rl"


def test_an_unknown_tag_is_asked_about_and_nothing_is_written(chat: Chat) -> None:
    reply = chat.say("subscribe #llms")
    assert reply.text == "No note has #llms. Did you mean #llm (2)?"
    assert [action.label for action in reply.actions] == ["Use #llm", "Subscribe anyway"]
    assert chat.store.channel(ADDRESS) is None
    anyway = reply.actions[-1].command
    chat.say(anyway.text)  # type: ignore[union-attr]  # a typed command
    assert chat.rule() == "#llms"


@pytest.mark.parametrize(
    "text",
    [
        "subscribe #llm at 25:00",
        "subscribe #llm tz KST+9",
        "subscribe #llm -#llm",
        "subscribe " + " ".join(f"#t{number}" for number in range(500)),
        "subscribe",
        "set colour blue",
        "set previews maybe",
        "set empty maybe",
        "set",
        "why 2024-02-30",
        "why whenever",
        "pause until 2020-01-01",
        "catchup from 2023-01-01",
    ],
)
def test_what_cannot_be_done_gets_a_sentence_and_writes_nothing(chat: Chat, text: str) -> None:
    chat.say("subscribe #rl")
    before = chat.store.channel(ADDRESS)
    with pytest.raises(UsageError):
        chat.say(text)
    assert chat.store.channel(ADDRESS) == before
    assert len(chat.store.changes(before)) == 1  # type: ignore[arg-type]  # subscribed above


def test_whoever_may_not_manage_may_look(chat: Chat) -> None:
    chat.say("subscribe #llm")
    with pytest.raises(UsageError, match="needs the right to manage this channel"):
        chat.say("unsubscribe #llm", may_manage=False)
    assert "#llm" in chat.say("list", may_manage=False).text


def test_unsubscribing_and_taking_it_back(chat: Chat) -> None:
    chat.say("subscribe #llm #rl -#survey")
    assert "The rule is now: #rl, without #survey." in chat.text("unsubscribe #llm")
    assert "isn't subscribed to #llm" in chat.text("unsubscribe #llm")
    assert "Nothing is posted here any more" in chat.text("해지")
    with pytest.raises(UsageError, match="No subscriptions in this channel"):
        chat.say("list")
    chat.say("undo")
    assert chat.rule() == "#rl -#survey"


def test_each_change_offers_to_be_taken_back_and_only_while_it_is_the_last(chat: Chat) -> None:
    first = undo_below(chat.say("subscribe #llm"))
    assert chat.say("subscribe #llm").actions == ()
    assert undo_below(chat.say("set empty post")) != first
    second = undo_below(chat.say("subscribe #rl"))
    with pytest.raises(UsageError, match="Something else was changed here since"):
        chat.say(first)
    chat.say(second)
    assert chat.rule() == "#llm"
    with pytest.raises(UsageError, match="Something else"):
        chat.say(second)
    for text in ("pause", "resume", "unsubscribe #llm"):
        assert undo_below(chat.say(text))


def test_the_first_subscription_of_a_channel_can_be_taken_back(chat: Chat) -> None:
    assert chat.text(undo_below(chat.say("subscribe #llm"))).endswith("Nothing is posted here any more.")
    with pytest.raises(UsageError, match="No subscriptions in this channel"):
        chat.say("list")


def undo_below(reply: Reply) -> str:
    """Return what the button below a change stands for, as typed after `/digest`."""
    (action,) = reply.actions
    assert action.label == "Undo"
    assert isinstance(action.command, Typed)
    return action.command.text


def test_settings_are_set_shown_and_kept(chat: Chat) -> None:
    chat.say("subscribe #llm")
    chat.say("set previews on empty post onthisday on at 21:30 tz Europe/Berlin on sat,sun lang both style full")
    shown = chat.text("settings")
    assert "Daily at 21:30 Europe/Berlin, Sat, Sun." in shown or "토, 일" in shown
    channel = chat.store.channel(ADDRESS)
    assert channel is not None
    assert (channel.options.previews, channel.options.post_empty, channel.options.on_this_day) == (True, True, True)
    assert (channel.language, channel.style.value) == ("both", "full")


def test_undo_restores_every_setting(chat: Chat) -> None:
    chat.say("subscribe #llm -#survey on mon-fri")
    before = chat.store.channel(ADDRESS)
    chat.say("set empty post crosspost on at 10:00 lang ko")
    chat.say("undo")
    assert chat.store.channel(ADDRESS) == before
    chat.say("pause")
    chat.say("undo")
    assert chat.store.channel(ADDRESS) == before


def test_a_pause_and_its_end(chat: Chat) -> None:
    chat.say("subscribe all")
    assert "Paused" in chat.text("pause")
    chat.loop.note("p", "2024-04-18", "llm")
    chat.loop.tick("2024-04-18T01:00")
    assert "resumed" in chat.text("resume")
    chat.loop.note("q", "2024-04-19", "llm")
    chat.loop.tick("2024-04-19T00:00")
    assert [text.splitlines()[1] for text in chat.loop.platform.texts()] == ["1. q"]


def test_catching_up_posts_what_a_new_channel_has_missed(chat: Chat) -> None:
    chat.say("subscribe #llm")
    assert chat.text("catchup from 2024-04-14").startswith("Catching up on 3 days.")
    chat.loop.tick()
    heads = [text.splitlines()[0] for text in chat.loop.platform.texts()]
    assert [head.split(" ")[1] for head in heads] == ["2024-04-15", "2024-04-16"]
    assert chat.text("catchup from 2024-04-14").startswith("Nothing to catch up on")


def test_why_says_what_became_of_each_note(chat: Chat) -> None:
    chat.say("subscribe #llm -#survey")
    chat.say("catchup from 2024-04-15")
    chat.loop.tick()
    assert chat.text("why 2024-04-15") == (
        "2024-04-15 (Mon): posted\na — matches #llm\nb — none of its tags is subscribed"
    )
    assert chat.text("why 2024-04-16") == "2024-04-16 (Tue): nothing to post\nc — left out by -#survey"
    assert "No notes for 2024-04-17." in chat.text("why")


def test_status_and_log_tell_what_happened(chat: Chat) -> None:
    assert chat.text("status").startswith("The scheduler isn't running.")
    chat.say("subscribe #llm")
    chat.loop.note("d", "2024-04-17", "llm")
    chat.loop.platform.faults.append(Fault.GONE)
    chat.loop.tick("2024-04-17T00:00")
    assert "refuses this channel" in chat.text("status")
    assert "The channel is archived." in chat.text("status")
    assert "refused by the platform (The channel is archived.)" in chat.text("log")
    assert "@jin: subscribe" in chat.text("log")
    assert Mention("U1", "jin") in chat.say("log").lead
    assert chat.text("retry") == "Trying again now."
    chat.loop.tick("2024-04-17T00:05")
    assert "Last post: the digest of 2024-04-17, at 2024-04-17 09:05." in chat.text("status")


def test_the_log_gives_reasons_in_the_reader_s_language(chat: Chat) -> None:
    chat.say("subscribe #llm")
    chat.loop.note("d", "2024-04-17", "llm")
    chat.loop.platform.faults.append(Fault.NOT_SENT)
    chat.loop.tick("2024-04-17T00:00")
    channel = chat.store.channel(ADDRESS)
    assert channel is not None
    [pending] = chat.store.deliveries(channel=channel)
    assert chat.store.cancel(pending)
    request = Request(ADDRESS, Person("U2", "lee"), Log(), "ko", "REF", public=True)
    said = explain.log(chat.store, channel, request, Words("ko"))
    assert "취소함 (운영자가 취소함)" in said.text
    assert not any(isinstance(span, Mention) for span in said.lead)


def test_sending_a_date_again_is_a_new_edition(chat: Chat) -> None:
    chat.say("subscribe all")
    chat.loop.note("d", "2024-04-17", "llm")
    chat.loop.tick("2024-04-17T00:00")
    channel = chat.store.channel(ADDRESS)
    assert channel is not None
    day = chat.loop.ledger_rows()[0].local_date
    assert chat.store.ask_for(channel, day, again=False) is None
    assert chat.store.ask_for(channel, day, again=True) is not None
    chat.loop.tick()
    assert len(chat.loop.platform.texts()) == 2
    chat.loop.note("e", "2024-04-17", "llm")
    assert chat.store.ask_for(channel, day, again=False) is not None
    chat.loop.tick("2024-04-17T00:10")
    chat.loop.tick("2024-04-18T00:00")
    assert chat.loop.platform.texts()[2].endswith("\n1. e")
    assert len(chat.loop.platform.texts()) == 3


def test_a_rule_is_read_back_as_it_was_written(chat: Chat) -> None:
    from bot.digest.options import rule_text

    chat.say("subscribe #llm #a+#b -#survey at 21:05 tz Europe/Berlin on sat,sun lang ko style full anyway")
    channel = chat.store.channel(ADDRESS)
    assert channel is not None
    rule = read_rule(rule_text(channel))
    assert rule.subscription == channel.subscription
    assert rule.zone == "Europe/Berlin"
