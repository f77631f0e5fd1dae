"""docs/discord.md says what is true: settings, permissions, commands."""

import re
from pathlib import Path

from adapters.discord.permissions import NAMES, TO_INVITE
from adapters.discord.settings import DiscordSettings

DOCUMENT = (Path(__file__).parents[2] / "docs" / "discord.md").read_text("utf-8")


def test_every_setting_is_explained() -> None:
    for name, field in DiscordSettings.model_fields.items():
        known = field.validation_alias or f"PAPERBOY_DISCORD_{name.upper()}"
        assert f"`{known}`" in DOCUMENT


def test_every_permission_of_the_invitation_is_explained_and_no_other() -> None:
    table = DOCUMENT.split("## Permissions")[1].split("##")[0]
    explained = {name for row in re.findall(r"^\| ([A-Z][^|]*) \|", table, re.M) for name in row.split(", ")}
    assert explained == {NAMES[name] for name in TO_INVITE}


def test_there_are_ten_steps() -> None:
    assert re.findall(r"^(\d+)\. ", DOCUMENT, re.M) == [str(number) for number in range(1, 11)]
