"""What people do in the fake: type commands, press buttons, choose options, write messages."""

import secrets
import time
from typing import Any

from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.payloads import channel_payload, interaction_user, member_payload
from tests.fakes.discord.world import BOT, Channel, Interaction, User, World
from tests.fakes.waiting import until

Body = dict[str, Any]

STRING, INTEGER, BOOLEAN = 3, 4, 5


class People:
    """Act as the people of a guild."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway

    async def slash(
        self, channel: Channel, user: User, command: str, /, *, sub: str | None = None, **options: object
    ) -> Interaction:
        """Run a slash command and wait for its answer."""
        interaction = await self.type_slash(channel, user, command, sub=sub, **options)
        await until(lambda: interaction.said)
        return interaction

    async def type_slash(
        self, channel: Channel, user: User, command: str, /, *, sub: str | None = None, **options: object
    ) -> Interaction:
        """Run a slash command without waiting."""
        written = [_option(name, value) for name, value in options.items()]
        if sub is not None:
            written = [{"name": sub, "type": 1, "options": written}]
        data = {"id": "1", "name": command, "type": 1, "options": written}
        return await self.interact(channel, user, 2, data)

    async def complete(
        self, channel: Channel, user: User, command: str, name: str, typed: str, /, *, sub: str | None = None
    ) -> list[Body]:
        """Type into an option and return the choices offered."""
        written: list[Body] = [{"name": name, "type": STRING, "value": typed, "focused": True}]
        if sub is not None:
            written = [{"name": sub, "type": 1, "options": written}]
        interaction = await self.interact(channel, user, 4, {"id": "1", "name": command, "type": 1, "options": written})
        await until(lambda: interaction.choices is not None)
        assert interaction.choices is not None
        return interaction.choices

    async def context(self, channel: Channel, user: User, name: str, message: Body) -> Interaction:
        """Run a command from a message's menu."""
        resolved = {"messages": {message["id"]: message}}
        data = {"id": "1", "name": name, "type": 3, "target_id": message["id"], "resolved": resolved}
        interaction = await self.interact(channel, user, 2, data)
        await until(lambda: interaction.said)
        return interaction

    async def press(self, channel: Channel, user: User, message: Body, label: str) -> Interaction:
        """Press the button with that label."""
        button = next(one for one in items(message) if one["type"] == 2 and label in (one.get("label") or ""))
        return await self._component(channel, user, message, {"custom_id": button["custom_id"], "component_type": 2})

    async def choose(self, channel: Channel, user: User, message: Body, label: str) -> Interaction:
        """Choose the option with that label from whichever select has it."""
        for select in items(message):
            for option in select.get("options", []):
                if label in option["label"]:
                    data = {"custom_id": select["custom_id"], "component_type": 3, "values": [option["value"]]}
                    return await self._component(channel, user, message, data)
        raise AssertionError(f"no option {label!r}")

    async def choose_all(
        self, channel: Channel, user: User, message: Body, custom_id: str, values: list[str]
    ) -> Interaction:
        """Choose any number of a select's options, by their values."""
        [select] = [one for one in items(message) if one["custom_id"] == custom_id]
        offered = {option["value"] for option in select["options"]}
        assert select["min_values"] <= len(values) <= select["max_values"]
        assert set(values) <= offered
        data = {"custom_id": custom_id, "component_type": 3, "values": values}
        return await self._component(channel, user, message, data)

    async def forge(self, channel: Channel, user: User, message: Body, custom_id: str) -> Interaction:
        """Press a button that carries words of the presser's own."""
        forged = {"type": 2, "style": 2, "label": "x", "custom_id": custom_id}
        shown = {**message, "components": [{"type": 1, "components": [forged]}]}
        return await self._component(channel, user, shown, {"custom_id": custom_id, "component_type": 2})

    async def submit(self, channel: Channel, user: User, modal: Body, values: dict[str, str]) -> Interaction:
        """Fill a modal in and send it; `values` are by custom_id."""
        interaction = await self.interact(
            channel, user, 5, {"custom_id": modal["custom_id"], "components": _filled(modal["components"], values)}
        )
        await until(lambda: interaction.said)
        return interaction

    async def say(self, channel: Channel, user: User, text: str, **more: object) -> Body:
        """Write a message; `<@bot's id>` in it mentions the bot."""
        mentions = [self._world.bot.payload()] if f"<@{BOT}>" in text or f"<@!{BOT}>" in text else []
        message = self._world.message(channel, user, {"content": text, "mentions": mentions})
        shown = {**message, **more}
        if channel.guild_id is not None:
            shown |= {"guild_id": channel.guild_id, "member": member_payload(user)}
        await self._gateway.dispatch("MESSAGE_CREATE", shown, channel.guild_id)
        return message

    async def interact(self, channel: Channel, user: User, kind: int, data: Body, **more: object) -> Interaction:
        """Dispatch an interaction of a kind: 2 command, 3 component, 4 autocomplete, 5 modal."""
        interaction = Interaction(
            self._world.snowflake(), secrets.token_urlsafe(16), kind, channel.id, user, time.monotonic()
        )
        self._world.interactions[interaction.id] = interaction
        await self._gateway.dispatch(
            "INTERACTION_CREATE", self.payload(interaction, channel, data) | more, channel.guild_id
        )
        return interaction

    def payload(self, interaction: Interaction, channel: Channel, data: Body) -> Body:
        """Write an interaction as the gateway shows it."""
        shown = {
            "id": interaction.id,
            "application_id": BOT,
            "type": interaction.type,
            "token": interaction.token,
            "version": 1,
            "locale": interaction.user.locale,
            "channel_id": channel.id,
            "channel": channel_payload(channel) | {"permissions": str(interaction.user.permissions)},
            "data": data,
            "entitlements": [],
            "authorizing_integration_owners": {"0": channel.guild_id or "0"},
            "attachment_size_limit": 10_485_760,
        }
        return shown | interaction_user(self._world, channel, interaction.user)

    async def _component(self, channel: Channel, user: User, message: Body, data: Body) -> Interaction:
        interaction = await self.interact(channel, user, 3, data, message=message)
        await until(lambda: interaction.said)
        return interaction


def items(message: Body) -> list[Body]:
    """Return a message's buttons and selects."""
    return [item for row in message.get("components", []) for item in row["components"]]


def labels(message: Body) -> list[str]:
    """Return the labels of a message's buttons."""
    return [item["label"] for item in items(message) if item["type"] == 2]


def ink(message: Body) -> str:
    """Return everything a message says, in one text."""
    parts = [message.get("content") or ""]
    for embed in message.get("embeds") or []:
        parts += [embed.get("title") or "", embed.get("description") or "", (embed.get("footer") or {}).get("text", "")]
    return "\n".join(part for part in parts if part)


def _option(name: str, value: object) -> Body:
    kind = BOOLEAN if isinstance(value, bool) else INTEGER if isinstance(value, int) else STRING
    return {"name": name, "type": kind, "value": value}


def _filled(components: list[Body], values: dict[str, str]) -> list[Body]:
    """Return the rows and labels of a modal as a submit sends them back."""
    return [_filled_in(one, values) for one in components]


def _filled_in(one: Body, values: dict[str, str]) -> Body:
    if "component" in one:
        return {"type": one["type"], "component": _answered(one["component"], values)}
    return {"type": 1, "components": [_answered(part, values) for part in one.get("components", [])]}


def _answered(part: Body, values: dict[str, str]) -> Body:
    return {"type": 4, "custom_id": part["custom_id"], "value": values.get(part["custom_id"], "")}
