"""Whoever looks after an installation is told of what is broken: once a cause, with the cure, whatever crashes."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.commands import Typed
from bot.digest.alert import Cause, Trouble, alert_reply
from bot.digest.ledger import State
from bot.errors import UsageError
from bot.grammar import parse
from bot.model import ChannelAddress
from bot.sentences import sentence
from bot.storage.addressbook import StoredAddressbook
from bot.storage.alerts import AlertStore
from bot.storage.channels import AuditRow, write_audit
from bot.storage.digests import DigestStore
from bot.storage.engine import transaction
from bot.words import Words
from tests.fakes.alerts import ARCHIVED, OPS, OWNER, break_it, press, rows, telling, told
from tests.fakes.channels import Fault
from tests.fakes.digests import ADDRESS, DigestLoop


@pytest.fixture
def loop(engine: Engine, tmp_path: Path) -> DigestLoop:
    return telling(engine, tmp_path)


def test_the_owner_is_told_once_of_a_channel_that_refuses(loop: DigestLoop) -> None:
    loop.subscribe()
    break_it(loop)
    assert told(loop) == [ARCHIVED]
    loop.restart()
    for day in (18, 19):
        break_it(loop, now=f"2024-04-{day}T00:00")
    assert told(loop) == [ARCHIVED]


def test_channels_with_the_same_trouble_are_told_of_together_and_a_later_one_without_a_ping(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.subscribe(address=ChannelAddress("console", "local", "other"))
    loop.platform.faults.extend([Fault.GONE, Fault.GONE])
    loop.tick("2024-04-17T00:00")
    (only,) = told(loop)
    assert only.startswith("⚠ console:local/main, console:local/other: ")
    third = ChannelAddress("console", "local", "third")
    loop.subscribe(address=third)
    loop.platform.faults.append(Fault.GONE)
    loop.platform.faults.extend([Fault.GONE, Fault.GONE])
    loop.tick("2024-04-18T00:00")
    assert len(told(loop)) == 1
    (edit,) = loop.platform.edited()
    assert "console:local/third" in edit["text"]


def test_another_workspace_is_another_cause(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.subscribe(address=ChannelAddress("console", "elsewhere", "main"))
    loop.platform.faults.extend([Fault.GONE, Fault.GONE])
    loop.tick("2024-04-17T00:00")
    assert len(told(loop)) == len(told(loop, ChannelAddress("console", "elsewhere", "dm-owner"))) == 1


def test_the_ops_channel_is_told_in_the_owner_s_place(loop: DigestLoop) -> None:
    loop.ops_channel = OPS
    loop.restart()
    loop.subscribe()
    break_it(loop)
    assert (told(loop, OPS), told(loop), loop.platform.asked) == ([ARCHIVED], [], [])


def test_who_subscribed_the_channel_is_told_where_nobody_knows_who_installed_the_bot(loop: DigestLoop) -> None:
    loop.platform.installer = None
    channel = loop.subscribe()
    with transaction(loop.engine) as connection:
        for person in ("settings", "U7", "operator"):
            write_audit(connection, channel.id, AuditRow(loop.clock.now(), person, "subscribe", "", ""))
    break_it(loop)
    assert told(loop, ChannelAddress("console", "local", "dm-U7")) == [ARCHIVED]


def test_where_nobody_is_known_nobody_is_asked_again_before_a_day(loop: DigestLoop) -> None:
    loop.platform.installer = None
    loop.subscribe()
    break_it(loop)
    for hour in range(1, 23):
        loop.tick(f"2024-04-17T{hour:02}:00")
    assert len(loop.platform.asked) == 1
    loop.platform.installer = "owner"
    break_it(loop, now="2024-04-18T00:00:01")
    assert len(loop.platform.asked) == 2
    assert told(loop) == [ARCHIVED]


def test_what_is_healed_is_forgotten_so_that_a_new_break_is_told(loop: DigestLoop) -> None:
    loop.subscribe()
    break_it(loop)
    loop.tick("2024-04-18T00:00")
    assert rows(loop) == []
    break_it(loop, now="2024-04-19T00:00")
    assert told(loop) == [ARCHIVED, ARCHIVED]


def test_a_channel_that_opens_again_is_healed(loop: DigestLoop) -> None:
    loop.subscribe()
    book = StoredAddressbook(loop.engine, loop.clock)
    asyncio.run(book.closed(ADDRESS, sentence("The channel was archived. Unarchive it, or end its subscription.")))
    loop.tick("2024-04-16T23:10")
    assert "Unarchive it" in told(loop)[0]
    asyncio.run(book.opened(ADDRESS))
    loop.tick("2024-04-16T23:20")
    assert rows(loop) == []


@pytest.mark.parametrize("fault", [Fault.STORED, Fault.LOST, Fault.BROKEN, Fault.NOT_SENT, Fault.LIMITED])
def test_an_alert_whose_send_fails_comes_once(loop: DigestLoop, fault: Fault) -> None:
    loop.subscribe()
    loop.platform.faults.extend([Fault.GONE, fault])
    loop.tick("2024-04-17T00:00")
    loop.restart()
    loop.tick("2024-04-17T00:02")
    loop.tick("2024-04-17T00:04")
    assert told(loop) == [ARCHIVED]


def test_a_crash_between_the_row_and_the_message_loses_and_doubles_nothing(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.tells = False
    loop.restart()
    break_it(loop)
    store = AlertStore(loop.engine)
    (alert,) = store.look(loop.clock.now())
    (again,) = store.look(loop.clock.now())
    claimed = store.claim(alert, OWNER, "what it said", loop.clock.now())
    assert claimed is not None
    assert store.claim(again, OWNER, "said by another process", loop.clock.now()) is None
    assert store.look(loop.clock.now()) == []
    loop.tells = True
    loop.restart()
    loop.tick("2024-04-17T00:01")
    assert told(loop) == ["what it said"]
    assert loop.platform.looks == 1
    loop.tick("2024-04-17T00:02")
    assert len(told(loop)) == 1


def test_refused_credentials_are_told_elsewhere_once_and_never_through_the_same_token(loop: DigestLoop) -> None:
    loop.subscribe()
    break_it(loop, Fault.REFUSED)
    assert (loop.platform.asked, loop.platform.posts) == ([], 1)
    loop.ops_channel = OPS
    for minute in (1, 2, 3):
        loop.restart()
        loop.ledger.mend("console")  # as every start does
        loop.platform.faults.append(Fault.REFUSED)
        loop.tick(f"2024-04-18T00:0{minute}")
    assert told(loop, OPS) == ["⚠ console:local: nothing can be posted in this workspace. The token was revoked."]
    loop.ledger.mend("console")
    loop.tick("2024-04-18T00:10")
    loop.tick("2024-04-18T00:11")
    assert rows(loop) == []


def test_what_nobody_can_tell_of_is_told_with_a_button_that_sends_it_again(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.platform.faults.append(Fault.LOST)
    loop.platform.look_faults.extend([Fault.LOST] * 50)
    loop.tick("2024-04-17T00:00")
    loop.tick("2024-04-18T00:01", alone=False)
    assert loop.states()["2024-04-17"] == "ambiguous"
    (only,) = told(loop)
    assert "nobody can tell whether the digest of 2024-04-17 was posted" in only
    assert press(loop, "resend", OWNER).text == "The digest of 2024-04-17 is being sent again."
    loop.tick("2024-04-18T00:02")
    assert loop.states()["2024-04-17"] == "posted"
    assert rows(loop) == []


def test_what_nobody_can_tell_of_is_over_once_a_person_withdraws_it(loop: DigestLoop) -> None:
    loop.subscribe()
    loop.platform.faults.append(Fault.STORED)
    loop.platform.look_faults.extend([Fault.LOST] * 50)
    loop.tick("2024-04-17T00:00")
    loop.tick("2024-04-18T00:01", alone=False)
    store = DigestStore(loop.engine, loop.composer, loop.clock)
    (ambiguous,) = [one for one in store.deliveries(state=State.AMBIGUOUS) if one.part == 0]
    assert store.cancel(ambiguous)
    assert not store.cancel(ambiguous)
    loop.tick("2024-04-18T00:02")
    loop.tick("2024-04-19T00:00")
    assert rows(loop) == []
    assert not any("n17" in text for text in loop.platform.texts()[1:])


def test_the_retry_button_works_where_the_alert_stands_and_tells_nothing_twice(loop: DigestLoop) -> None:
    loop.subscribe()
    break_it(loop)
    with pytest.raises(UsageError, match="told elsewhere"):
        press(loop, "retry", ADDRESS)
    with pytest.raises(UsageError, match="Lookups work for everyone"):
        press(loop, "retry", OWNER, may_manage=False)
    assert press(loop, "retry", OWNER).text == "Trying again now."
    break_it(loop, now="2024-04-17T00:05")
    assert told(loop) == [ARCHIVED]
    press(loop, "retry", OWNER)
    loop.tick("2024-04-17T00:10")
    assert loop.states()["2024-04-17"] == "posted"


def test_the_remove_button_ends_the_subscription(loop: DigestLoop) -> None:
    loop.subscribe()
    break_it(loop)
    assert press(loop, "remove", OWNER).text == "✅ @jin ended the subscription of console:local/main."
    loop.tick("2024-04-17T00:05")
    loop.tick("2024-04-18T00:05")
    assert rows(loop) == []
    assert loop.platform.posts == 2


def test_typing_the_words_of_a_button_leads_to_the_right_command() -> None:
    with pytest.raises(UsageError, match="unsubscribe"):
        parse(Typed("digest", "remove #llm"), date(2024, 4, 17))


def test_many_channels_are_named_in_short_and_only_readers_of_the_workspace_can_go_there() -> None:
    channels = tuple(ChannelAddress("slack", "T1", f"C{number}") for number in range(25))
    cause = Cause("slack", "T1", Trouble.RESTING, sentence("The platform refuses the channel."), channels)
    reply = alert_reply("a" * 25, cause, Words("en"), near=False)
    assert "slack:T1/C19 (+5): digests don't get through." in reply.text
    assert [action.label for action in reply.actions] == ["Retry"]
