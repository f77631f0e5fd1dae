"""Answer interactions: within three seconds whatever the core does, in one message with a way on, and once."""

import asyncio
import logging
import time
from collections.abc import Awaitable
from dataclasses import replace

import discord

from adapters.discord import faults
from adapters.discord.callback import Callback, message
from adapters.discord.controls import page_button
from adapters.discord.draft import LABEL_UNITS, ROWS, Draft
from adapters.discord.flood import Flood
from adapters.discord.inbound import Context, address_of_interaction, reader_language, request_of
from adapters.discord.languages import Languages, configured
from adapters.discord.markdown import shortened
from adapters.discord.panel import schedule_form, with_panel
from adapters.discord.reading import changes_rules, page_code, wants_panel
from adapters.discord.render import draft_reply, draft_thread
from adapters.discord.sending import parts, replacing
from bot.commands import Command
from bot.logs import referring
from bot.message import Outcome, Reply, Request, Visibility
from bot.ports import Host
from bot.words import Words

# Discord waits three seconds; a second of them belongs to the network.
DEFER_AFTER = 1.5
# Under this an interaction keeps whether the answer that it was told will come is a private one.
_DEFERRED = "deferred privately"
_log = logging.getLogger(__name__)


class Answers:
    """Turn interactions into requests, and replies into answers."""

    def __init__(self, host: Host, languages: Languages, flood: Flood, callback: Callback) -> None:
        self._host = host
        self._callback = callback
        self._languages = languages
        self._flood = flood

    async def answer(
        self,
        interaction: Context,
        command: Command,
        *,
        public: bool,
        page: int = 0,
        otherwise: Command | None = None,
    ) -> None:
        """Answer a command; `public` says whether everybody is meant to see the answer. `page` is from 0.

        `otherwise` is what was meant where the command turns out to be a misunderstanding.
        """
        language = reader_language(interaction)
        if public:
            language = await self._languages.public(address_of_interaction(interaction), language)
        request = request_of(interaction, command, language=language, public=public)
        with referring(request.reference):
            await self._guarded(self._answer(interaction, request, page, otherwise))

    async def say(self, interaction: Context, reply: Reply) -> None:
        """Answer with a reply of the adapter's own, privately."""
        draft = draft_reply(reply, Words(reader_language(interaction)))[0]
        await self._guarded(self._respond(interaction, draft, private=True))

    async def open_form(self, interaction: Context) -> None:
        """Show the form for when the digest comes. Discord takes no form later, so nothing is waited for long."""
        channel = await configured(self._host.addressbook, address_of_interaction(interaction))
        form = schedule_form(channel, Words(reader_language(interaction)))
        await self._guarded(interaction.response.send_modal(form))

    async def _answer(self, interaction: Context, request: Request, page: int, otherwise: Command | None) -> None:
        words = Words(request.language)
        wait = self._flood.wait(request.person.id, time.monotonic())
        reply = _too_fast(wait, words) if wait else await self._handled(interaction, request)
        if otherwise is not None and reply.outcome is Outcome.MISUSED and not wait:
            request = replace(request, command=otherwise)
            reply = await self._handled(interaction, request)
        if changes_rules(request.command):
            self._languages.forget(request.address)
        drafts = (*draft_reply(reply, words), *draft_thread(reply, words))
        if page >= len(drafts):
            drafts, page = (Draft(words.gettext("That page is no longer there. Please run the command again.")),), 0
        if wants_panel(request.command) and request.person.may_manage:
            channel = await configured(self._host.addressbook, request.address)
            drafts = (with_panel(drafts[0], channel, words), *drafts[1:])
        private = page > 0 or reply.visibility is Visibility.PRIVATE
        await self._show(interaction, request.command, drafts, page, private=private, words=words)

    async def _show(
        self,
        interaction: Context,
        command: Command,
        drafts: tuple[Draft, ...],
        page: int,
        *,
        private: bool,
        words: Words,
    ) -> None:
        """Show one page, with a button to the next; where no button can lead there, the rest follows at once."""
        code = page_code(command) if len(drafts) < 100 else None
        draft, rest = drafts[page], drafts[page + 1 :]
        if rest and code is not None and len(draft.rows) < ROWS:
            label = words.gettext("Continue ({page} of {pages})", page=page + 2, pages=len(drafts))
            draft, rest = draft.with_row((page_button(shortened(label, LABEL_UNITS), page + 1, code),)), ()
        await self._respond(interaction, draft, private=private)
        for following in rest:
            await self._follow(interaction, following, private=private)

    async def _handled(self, interaction: Context, request: Request) -> Reply:
        """Ask the core; where it takes long, tell Discord that the answer will come."""
        deferring: list[asyncio.Task[None]] = []

        def defer() -> None:
            if not _is_deferred(interaction):
                deferring.append(asyncio.create_task(self._deferred(interaction, private=not request.public)))

        # A timer that is hardly ever due costs a fraction of a task that is waited for.
        timer = asyncio.get_running_loop().call_later(DEFER_AFTER, defer)
        try:
            return await self._host.handle(request)
        finally:
            timer.cancel()
            if deferring:
                await asyncio.gather(*deferring)

    async def _deferred(self, interaction: Context, *, private: bool) -> None:
        try:
            await interaction.response.defer(ephemeral=private, thinking=True)
        except faults.SDK_ERRORS as error:
            _log.warning("an answer could not be deferred: %s", _short(error))
        else:
            interaction.extras[_DEFERRED] = private

    async def _respond(self, interaction: Context, draft: Draft, *, private: bool) -> None:
        if not _is_deferred(interaction):
            await self._first(interaction, draft, private=private)
        elif interaction.is_expired():
            await self._elsewhere(interaction, draft, private=private)
        elif interaction.extras[_DEFERRED] == private:
            await self._within_token(
                interaction, interaction.edit_original_response(**replacing(draft)), draft, private
            )
        else:
            # Who sees it was settled by deferring: the place-holder goes, and the answer comes by itself.
            await self._within_token(interaction, interaction.delete_original_response(), None, private)
            await self._follow(interaction, draft, private=private)

    async def _first(self, interaction: Context, draft: Draft, *, private: bool) -> None:
        """Give the first answer; where its fate is unknown it is tried again, since Discord takes only one."""
        body = message(draft, private=private)
        try:
            refused = await self._callback.answer(interaction.id, interaction.token, body)
        except faults.SDK_ERRORS:
            refused = 0
        match refused:
            case None:
                pass
            case faults.LATE_INTERACTION:
                await self._elsewhere(interaction, draft, private=private)
            case faults.ANSWERED_TWICE:
                _log.info("somebody answered this interaction before")
            case _:
                await self._first_again(interaction, draft, private=private)

    async def _first_again(self, interaction: Context, draft: Draft, *, private: bool) -> None:
        """Leave it to the SDK, which waits and tries again where that helps."""
        if interaction.client.is_closed():
            return
        try:
            await interaction.response.send_message(**parts(draft), ephemeral=private)
        except discord.NotFound as error:
            if error.code != faults.LATE_INTERACTION:
                raise
            await self._elsewhere(interaction, draft, private=private)
        except discord.HTTPException as error:
            if error.code != faults.ANSWERED_TWICE:
                raise
            _log.info("somebody answered this interaction before")

    async def _within_token(
        self, interaction: Context, call: Awaitable[object], draft: Draft | None, private: bool
    ) -> None:
        """Use the interaction's token; where it has run out, the answer goes to the channel."""
        try:
            await call
        except discord.HTTPException as error:
            if error.status not in (401, 404):
                raise
            if draft is not None:
                await self._elsewhere(interaction, draft, private=private)

    async def _follow(self, interaction: Context, draft: Draft, *, private: bool) -> None:
        if interaction.is_expired():
            await self._elsewhere(interaction, draft, private=private)
            return
        sending = interaction.followup.send(**parts(draft), ephemeral=private, wait=True)
        await self._within_token(interaction, sending, draft, private)

    async def _elsewhere(self, interaction: Context, draft: Draft, *, private: bool) -> None:
        """Say it in the channel, or to the person alone: the interaction takes no answer any more."""
        if private:
            await interaction.user.send(**parts(draft))
        elif interaction.channel_id is not None:
            await interaction.client.get_partial_messageable(interaction.channel_id).send(**parts(draft))

    async def _guarded(self, answering: Awaitable[object]) -> None:
        """Let nothing out: what Discord refuses is logged in a line."""
        try:
            await answering
        except faults.SDK_ERRORS as error:
            _log.warning("an answer could not be given: %s", _short(error))


def _is_deferred(interaction: Context) -> bool:
    # `interaction.response` knows too, but ties a knot that only the garbage collector undoes.
    return _DEFERRED in interaction.extras


def _too_fast(wait: float, words: Words) -> Reply:
    seconds = max(1, round(wait + 0.5))
    text = words.ngettext(
        "That was a lot at once. Please ask again in {number} second.",
        "That was a lot at once. Please ask again in {number} seconds.",
        seconds,
    )
    return Reply(text, outcome=Outcome.MISUSED)


def _short(error: Exception) -> str:
    return f"{type(error).__name__} {error}".split("\n", 1)[0][:200]
