"""Find where somebody reads direct messages: a person, or whoever installed the app."""

from adapters.slack.clients import Clients
from adapters.slack.failures import translated
from adapters.slack.workspaces import Workspace
from bot.model import ChannelAddress


async def open_direct(clients: Clients, workspace: Workspace, person: str | None) -> ChannelAddress | None:
    """Open the conversation with a person, or the installer where None is named; None where nobody is known."""
    user = person or await clients.installer(workspace)
    if user is None:
        return None
    client = await clients.of(workspace)
    opened = await translated(client.conversations_open(users=user))
    return workspace.channel(str(opened["channel"]["id"]))
