"""Tell the core of workspaces that come and go; an organisation comes and goes with all of its own."""

from collections.abc import Sequence

from adapters.slack.workspaces import PLATFORM, Workspace
from bot.ports import Addressbook


async def joined(addressbook: Addressbook, workspace: Workspace) -> None:
    """Wake a workspace, or every one of an organisation: the app was installed (again)."""
    for one in await _meant(addressbook, workspace):
        await addressbook.workspace_joined(PLATFORM, one.key)


async def left(addressbook: Addressbook, workspace: Workspace) -> None:
    """Let a workspace rest, or every one of an organisation: the app or its token is gone."""
    for one in await _meant(addressbook, workspace):
        await addressbook.workspace_left(PLATFORM, one.key)


async def _meant(addressbook: Addressbook, workspace: Workspace) -> Sequence[Workspace]:
    if not workspace.whole_organisation:
        return [workspace]
    known = [Workspace.read(key) for key in await addressbook.workspaces_of(PLATFORM)]
    return [one for one in known if one.enterprise == workspace.enterprise]
