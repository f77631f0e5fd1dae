"""Digests on Discord: stored once, found again, and every fault named for what it is."""

import pytest

from bot.errors import ChannelGone, CredentialsRefused, NotSent, OutcomeUnknown, RateLimited
from bot.message import Card, Reply
from tests.fakes.asynchronous import asynchronous
from tests.fakes.discord import permissions as allowed
from tests.fakes.discord.faults import Fault, How, refusal
from tests.fakes.discord.people import ink
from tests.fakes.discord.place import DIGEST, ID, PART, place

MESSAGES = r"/channels/\d+/messages"


@asynchronous
async def test_a_digest_is_posted_with_its_id_as_nonce_and_as_marker() -> None:
    async with place() as it:
        message_id = await it.post()
        [stored] = it.discord.world.posts(it.channel)
        assert stored["id"] == message_id
        assert stored["nonce"] == ID
        assert f"/{ID}:" in str(stored["components"])
        [sent] = [one for one in it.discord.requests if one.method == "POST"]
        assert sent.body["enforce_nonce"] is True
        assert sent.body["allowed_mentions"]["parse"] == []


@pytest.mark.parametrize("how", [How.RESET, How.CUT])
@asynchronous
async def test_an_answer_lost_after_storing_is_unknown_and_posting_again_is_safe(how: How) -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, how, stored=True))
        with pytest.raises(OutcomeUnknown):
            await it.post()
        assert await it.find() is None
        message_id = await it.post()
        assert it.stored == 1
        assert it.discord.world.nonce_hits == 1
        assert it.discord.world.posts(it.channel)[0]["id"] == message_id


@pytest.mark.parametrize("stored", [True, False])
@asynchronous
async def test_503_is_unknown_whether_stored_or_not(stored: bool) -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, status=503, stored=stored))
        with pytest.raises(OutcomeUnknown):
            await it.post()
        assert await it.find() is None
        await it.post()
        assert it.stored == 1


@pytest.mark.parametrize("status", [500, 502, 504])
@asynchronous
async def test_the_sdk_s_own_second_try_carries_the_same_nonce(status: int) -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, status=status, stored=True))
        await it.post()
        assert it.stored == 1
        assert it.discord.world.nonce_hits == 1


@asynchronous
async def test_silence_is_unknown_once_the_send_has_had_its_time() -> None:
    async with place(send_limit=1.0) as it:
        it.fail(Fault("POST", MESSAGES, How.SILENCE, stored=True))
        with pytest.raises(OutcomeUnknown):
            await it.post()
        assert it.stored == 1


@asynchronous
async def test_what_never_left_is_not_sent() -> None:
    async with place() as it:
        await it.post()
        await it.discord.stop()
        with pytest.raises(NotSent):
            await it.post(PART)


@asynchronous
async def test_a_reset_before_storing_is_unknown_too_and_nothing_is_lost() -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, How.RESET))
        with pytest.raises(OutcomeUnknown):
            await it.post()
        assert await it.find() is None
        await it.post()
        assert it.stored == 1


@asynchronous
async def test_after_a_minute_history_tells() -> None:
    async with place(minutes=5) as it:
        message_id = await it.post()
        assert await it.find() == message_id
        assert await it.find("dnothing") is None


@asynchronous
async def test_a_history_closed_to_the_bot_cannot_tell() -> None:
    async with place(minutes=5) as it:
        it.deny(allowed.READ_MESSAGE_HISTORY)
        await it.post()
        with pytest.raises(OutcomeUnknown, match="Read Message History"):
            await it.find()


@asynchronous
async def test_history_is_read_from_just_before_the_first_send() -> None:
    async with place(minutes=5) as it:
        chatter = it.discord.world.add_user(name="chatty")
        for number in range(250):
            it.discord.world.message(it.channel, chatter, {"content": str(number)})
        message_id = await it.post()
        assert await it.find() == message_id
        reads = it.discord.count("GET", MESSAGES)
        assert reads == 3


@asynchronous
async def test_a_deleted_message_is_not_posted_again_while_its_nonce_lives() -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, How.RESET, stored=True))
        with pytest.raises(OutcomeUnknown):
            await it.post()
        it.discord.world.messages[it.channel.id].clear()
        gone = await it.post()
        assert it.stored == 0
        # What belongs under it has nowhere to go, and a correction has nothing to correct.
        assert await it.post(PART, thread=gone) == gone
        await it.adapter.edit(it.address, gone, it.adapter.render(DIGEST)[0])
        assert it.stored == 0


@pytest.mark.parametrize("retry_after", [40.0, 3600.0])
@asynchronous
async def test_a_long_wait_is_passed_on_with_nothing_sent(retry_after: float) -> None:
    async with place() as it:
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        it.fail(Fault("POST", MESSAGES, status=429, body=body, headers={"Retry-After": str(retry_after)}))
        with pytest.raises(RateLimited) as caught:
            await it.post()
        assert caught.value.retry_after == retry_after
        assert it.stored == 0


@pytest.mark.parametrize("whole", [True, False])
@asynchronous
async def test_a_short_wait_is_sat_out(whole: bool) -> None:
    async with place() as it:
        body = {"message": "You are being rate limited.", "retry_after": 0.1, "global": whole}
        it.fail(Fault("POST", MESSAGES, status=429, body=body))
        await it.post()
        assert it.stored == 1


@asynchronous
async def test_a_429_from_in_front_of_discord_is_a_wait() -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, status=429, body="<html>banned</html>", headers={"Retry-After": "77"}))
        with pytest.raises(RateLimited) as caught:
            await it.post()
        assert caught.value.retry_after == 77


@asynchronous
async def test_a_429_after_a_doubtful_answer_stays_unknown() -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, status=500, stored=True))
        body = {"message": "You are being rate limited.", "retry_after": 300.0, "global": False}
        it.fail(Fault("POST", MESSAGES, status=429, body=body))
        with pytest.raises(OutcomeUnknown):
            await it.post()


@pytest.mark.parametrize(
    ("status", "code"), [(404, 10003), (403, 50001), (403, 50013), (404, 10004), (400, 50083), (400, 50024)]
)
@asynchronous
async def test_a_closed_channel_is_gone_after_one_call(status: int, code: int) -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, status=status, body=refusal(code)))
        with pytest.raises(ChannelGone):
            await it.post()
        assert it.discord.count("POST", MESSAGES) == 1


@asynchronous
async def test_kicked_deleted_and_silenced_are_all_gone() -> None:
    async with place() as it:
        it.deny(allowed.SEND_MESSAGES)
        with pytest.raises(ChannelGone, match="discord check"):
            await it.post()
        it.channel.deleted = True
        with pytest.raises(ChannelGone):
            await it.post()
        del it.discord.world.guilds[it.guild.id]
        with pytest.raises(ChannelGone):
            await it.post()


@asynchronous
async def test_a_refusal_from_in_front_of_discord_says_nothing_of_the_channel() -> None:
    async with place() as it:
        it.fail(Fault("POST", MESSAGES, status=403, body="<html>blocked</html>"))
        with pytest.raises(NotSent):
            await it.post()


@asynchronous
async def test_a_revoked_token_is_refused_and_a_restored_one_posts() -> None:
    async with place() as it:
        await it.post()
        it.discord.world.token = "another"
        with pytest.raises(CredentialsRefused, match="DISCORD_TOKEN"):
            await it.post(PART)
        it.discord.world.token = "fake-token"
        await it.post(PART)
        assert it.stored == 2


@asynchronous
async def test_a_wrong_token_from_the_start_is_refused_and_can_be_mended() -> None:
    async with place() as it:
        it.discord.world.token = "another"
        with pytest.raises(CredentialsRefused):
            await it.post()
        it.discord.world.token = "fake-token"
        await it.post()
        assert it.stored == 1


@asynchronous
async def test_an_edit_replaces_the_message_in_place() -> None:
    async with place() as it:
        message_id = await it.post()
        changed = it.adapter.render(Reply("changed", cards=(Card("Changed", number=1),)))[0]
        await it.adapter.edit(it.address, message_id, changed)
        [stored] = it.discord.world.posts(it.channel)
        assert "Changed" in ink(stored)
        assert stored["components"] == []
        it.discord.world.messages[it.channel.id].clear()
        await it.adapter.edit(it.address, message_id, changed)
