"""`/digest …` with native options: each sub-command writes its options in the words of the grammar."""

from typing import TYPE_CHECKING

from discord import app_commands

from adapters.discord import options
from adapters.discord.completion import Completion
from adapters.discord.inbound import Context
from adapters.discord.speaking import said, said_as
from bot.sentences import Sentence, sentence

if TYPE_CHECKING:
    from adapters.discord.client import Events

Choices = list[app_commands.Choice[str]]


def _choices(values: dict[str, Sentence]) -> Choices:
    return [app_commands.Choice(name=said(name), value=value) for value, name in values.items()]


def _languages() -> Choices:
    return _choices({"ko": sentence("Korean"), "en": sentence("English"), "both": sentence("Both languages")})


def _styles() -> Choices:
    return _choices({"compact": sentence("Compact: first sentences"), "full": sentence("Full: whole notes")})


def _switch() -> Choices:
    return _choices({"on": sentence("On"), "off": sentence("Off")})


def _on_empty_days() -> Choices:
    return _choices({"post": sentence("Say so"), "skip": sentence("Stay silent")})


class DigestGroup(app_commands.Group):
    """The daily digest: what a channel gets, and when."""

    def __init__(self, events: "Events", completion: Completion) -> None:
        super().__init__(
            name="digest",
            description=said(sentence("The daily digest: show it, subscribe this channel, change when it comes")),
            guild_only=False,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )
        self._events = events
        for command in self.walk_commands():
            if isinstance(command, app_commands.Command):
                completed(command, completion)

    @app_commands.command(description=said(sentence("Show the notes of a day, a week or a month")))
    @app_commands.describe(
        date=said(sentence("today, yesterday, 2024-04-17, 240417, 2023-04 …")),
        tags=said(sentence("Only notes with one of these tags")),
        private=said(sentence("Show the answer to you alone")),
    )
    async def show(
        self, interaction: Context, date: str | None = None, tags: str | None = None, private: bool = False
    ) -> None:
        """Show a date's notes."""
        await self._run(interaction, options.show(date, tags), public=not private)

    @app_commands.command(description=said(sentence("Send this channel the notes with these tags, every day")))
    @app_commands.describe(
        tags=said(sentence("#llm #rl, or all; -#survey leaves out, #a+#b wants both")),
        at=said(sentence("Time of day, e.g. 09:00")),
        timezone=said(sentence("Time zone, e.g. Asia/Seoul")),
        days=said(sentence("Weekdays, e.g. mon-fri")),
        language=said(sentence("Language of the digest")),
        style=said(sentence("First sentences, or whole notes")),
    )
    @app_commands.choices(language=_languages(), style=_styles())
    async def subscribe(
        self,
        interaction: Context,
        tags: str,
        at: str | None = None,
        timezone: str | None = None,
        days: str | None = None,
        language: str | None = None,
        style: str | None = None,
    ) -> None:
        """Add to what the channel gets."""
        text = options.subscribe("subscribe", tags, at=at, timezone=timezone, days=days, language=language, style=style)
        await self._run(interaction, text)

    @app_commands.command(description=said(sentence("Stop sending notes with these tags, or all of them")))
    @app_commands.describe(tags=said(sentence("#llm #rl, or all")))
    async def unsubscribe(self, interaction: Context, tags: str) -> None:
        """Take away from what the channel gets."""
        await self._run(interaction, options.subscribe("unsubscribe", tags))

    @app_commands.command(name="set", description=said(sentence("Change when and how this channel's digest comes")))
    @app_commands.describe(
        at=said(sentence("Time of day, e.g. 09:00")),
        timezone=said(sentence("Time zone, e.g. Asia/Seoul")),
        days=said(sentence("Weekdays, e.g. mon-fri")),
        language=said(sentence("Language of the digest")),
        style=said(sentence("First sentences, or whole notes")),
        previews=said(sentence("Answer links to papers that have a note")),
        empty=said(sentence("What to do on days without notes")),
        onthisday=said(sentence("On days without notes, recall earlier years")),
        crosspost=said(sentence("Publish posts of an announcement channel")),
        corrections=said(sentence("Edit a post when its notes are corrected")),
    )
    @app_commands.choices(
        language=_languages(),
        style=_styles(),
        empty=_on_empty_days(),
        previews=_switch(),
        onthisday=_switch(),
        crosspost=_switch(),
        corrections=_switch(),
    )
    async def set_(
        self,
        interaction: Context,
        at: str | None = None,
        timezone: str | None = None,
        days: str | None = None,
        language: str | None = None,
        style: str | None = None,
        previews: str | None = None,
        empty: str | None = None,
        onthisday: str | None = None,
        crosspost: str | None = None,
        corrections: str | None = None,
    ) -> None:
        """Change the channel's schedule and options."""
        schedule = options.subscribe("set", at=at, timezone=timezone, days=days, language=language, style=style)
        switches = {"previews": previews, "empty": empty, "onthisday": onthisday, "crosspost": crosspost}
        text = options.words(schedule, options.switch({**switches, "corrections": corrections}))
        await self._run(interaction, "settings" if text == "set" else text)

    @app_commands.command(name="list", description=said(sentence("Show what this channel gets")))
    async def list_(self, interaction: Context) -> None:
        """Show the channel's rule."""
        await self._run(interaction, "list")

    @app_commands.command(description=said(sentence("Show this channel's settings, with controls to change them")))
    async def settings(self, interaction: Context) -> None:
        """Show the settings panel."""
        await self._run(interaction, "settings")

    @app_commands.command(description=said(sentence("Stop sending for a while")))
    @app_commands.describe(until=said(sentence("The first date to send again, e.g. 2024-05-01")))
    async def pause(self, interaction: Context, until: str | None = None) -> None:
        """Pause the channel's digest."""
        await self._run(interaction, options.words("pause", until and f"until {until}"))

    @app_commands.command(description=said(sentence("Send again after a pause")))
    async def resume(self, interaction: Context) -> None:
        """End a pause."""
        await self._run(interaction, "resume")

    @app_commands.command(description=said(sentence("Send the digests of days gone by")))
    @app_commands.describe(start=said(sentence("The first date to send, e.g. 2024-04-17")))
    @app_commands.rename(start="from")
    async def catchup(self, interaction: Context, start: str | None = None) -> None:
        """Post what the channel missed."""
        await self._run(interaction, options.words("catchup", start and f"from {start}"))

    @app_commands.command(description=said_as("Take the last change back", sentence("takes the last change back")))
    async def undo(self, interaction: Context) -> None:
        """Take the last change to the channel back."""
        await self._run(interaction, "undo")

    @app_commands.command(
        description=said_as("Try again what Discord refused", sentence("tries again what the platform refused"))
    )
    async def retry(self, interaction: Context) -> None:
        """Try refused digests again."""
        await self._run(interaction, "retry")

    @app_commands.command(name="tags", description=said(sentence("List the tags, most used first")))
    @app_commands.describe(text=said(sentence("Only tags with these letters")))
    async def tags_(self, interaction: Context, text: str | None = None) -> None:
        """List tags."""
        await self._run(interaction, options.words("tags", text))

    @app_commands.command(description=said(sentence("Is the bot at work? When was the last post, when is the next?")))
    async def status(self, interaction: Context) -> None:
        """Show how the daily job is doing."""
        await self._run(interaction, "status")

    @app_commands.command(description=said(sentence("Why were a date's notes posted here, or not?")))
    @app_commands.describe(date=said(sentence("A date, e.g. 2024-04-17")))
    async def why(self, interaction: Context, date: str) -> None:
        """Explain a date's digest."""
        await self._run(interaction, options.words("why", date))

    @app_commands.command(description=said(sentence("Show the last posts here and what became of them")))
    async def log(self, interaction: Context) -> None:
        """Show the channel's last deliveries."""
        await self._run(interaction, "log")

    @app_commands.command(name="help", description=said(sentence("Explain the commands")))
    @app_commands.describe(verb=said(sentence("One command to explain, e.g. subscribe")))
    async def help_(self, interaction: Context, verb: str | None = None) -> None:
        """Explain."""
        await self._run(interaction, options.words("help", verb))

    async def _run(self, interaction: Context, text: str, *, public: bool = False) -> None:
        await self._events.digest(interaction, text, public=public)


def completed(command: "app_commands.Command[DigestGroup, ..., None]", completion: Completion) -> None:
    """Give every option of a command its completion, by its name."""
    names = {parameter.name for parameter in command.parameters}
    for name, complete in completion.by_option().items():
        if name in names:
            command.autocomplete(name)(complete)
