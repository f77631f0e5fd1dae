"""What digest verbs answer where there is nothing yet, nothing left, or nothing that moves."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.commands import Typed
from bot.errors import UsageError
from bot.model import ChannelAddress
from tests.fakes.channels import Fault
from tests.storage.test_digest_verbs import Chat

BARE = "No subscriptions in this channel. Try `/digest subscribe #llm`."


@pytest.fixture
def chat(engine: Engine, tmp_path: Path) -> Chat:
    return Chat(engine, tmp_path)


@pytest.mark.parametrize("text", ["list", "settings", "unsubscribe", "catchup", "pause", "undo"])
def test_before_the_first_note_and_the_first_subscription_each_verb_says_how_to_begin(chat: Chat, text: str) -> None:
    with pytest.raises(UsageError) as refused:
        chat.say(text)
    assert str(refused.value) == BARE
    assert chat.text("status").endswith(BARE)


def test_a_channel_with_settings_and_no_subscription_is_told_what_to_subscribe_to(chat: Chat) -> None:
    chat.loop.note("a", "2024-04-15", "llm")
    chat.say("set empty post")
    for text in ("unsubscribe #llm", "unsubscribe", "catchup"):
        with pytest.raises(UsageError, match="Most used: #llm 1"):
            chat.say(text)
    with pytest.raises(UsageError, match="Say what to subscribe to"):
        chat.say("subscribe at 10:00")
    with pytest.raises(UsageError, match=r"No subscriptions in console:local/main\."):
        chat.service.unsubscribe(ChannelAddress("console", "local", "main"), None, "operator")


def test_a_time_alone_changes_when_a_channel_gets_its_digest_and_not_what(chat: Chat) -> None:
    chat.loop.note("a", "2024-04-15", "llm")
    chat.say("subscribe #llm")
    assert "Daily at 21:30 Asia/Seoul." in chat.text("subscribe at 21:30")
    assert chat.rule() == "#llm"


def test_a_tag_that_is_like_no_other_can_be_subscribed_to_all_the_same(chat: Chat) -> None:
    chat.loop.note("a", "2024-04-15", "llm")
    reply = chat.say("subscribe #quokka")
    assert reply.text == "No note has #quokka."
    (anyway,) = reply.actions
    assert isinstance(anyway.command, Typed)
    chat.say(anyway.command.text)
    assert chat.rule() == "#quokka"


def test_taking_back_an_exclusion_says_what_was_left_out(chat: Chat) -> None:
    chat.loop.note("a", "2024-04-15", "llm")
    chat.say("subscribe all -#llm")
    assert "unsubscribed this channel from everything, without #llm." in chat.text("unsubscribe -#llm")
    assert chat.rule() == "all"


def test_where_nobody_changed_anything_there_is_nothing_to_tell_and_nothing_to_undo(chat: Chat) -> None:
    chat.loop.subscribe()
    assert chat.text("log") == "Nothing has happened here yet."
    assert chat.text("undo") == "There is nothing to undo."


def test_while_a_channel_is_paused_no_next_digest_is_promised(chat: Chat) -> None:
    chat.say("subscribe all")
    assert "Next: Wed 2024-04-17." in chat.text("list")
    chat.say("pause")
    chat.loop.tick("2024-04-17T00:00")
    assert "Next:" not in chat.text("list")
    assert "Paused" in chat.text("status")


def test_status_tells_since_when_nobody_has_sent_anything(chat: Chat) -> None:
    chat.loop.ledger.beat("local", chat.loop.clock.now())
    assert chat.text("status").startswith("The scheduler is running.")
    chat.loop.clock.pass_(hours=2)
    assert chat.text("status").startswith("The scheduler hasn't run since 2024-04-16 23:00 UTC.")


def test_status_says_what_keeps_a_message_waiting(chat: Chat) -> None:
    chat.loop.subscribe()
    chat.loop.note("d", "2024-04-17", "llm")
    chat.loop.platform.faults.append(Fault.REFUSED)
    chat.loop.tick("2024-04-17T00:00")
    said = chat.text("status")
    assert "The platform refuses my credentials: The token was revoked." in said
    assert "2 messages are waiting." in said  # the digest and its thread
    assert chat.text("retry") == "Trying again now."
    chat.loop.tick("2024-04-17T00:05")
    assert "waiting" not in chat.text("status")


def test_the_days_without_a_rule_say_why_no_note_was_for_them(chat: Chat) -> None:
    chat.loop.note("a", "2024-04-17", "llm")
    chat.say("subscribe #llm")
    chat.say("unsubscribe")
    assert chat.text("why 2024-04-17").endswith("a — this channel has no subscriptions")
