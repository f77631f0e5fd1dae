"""Work out what the bot may do in a channel, from roles and overwrites, by Discord's own order."""

from collections.abc import Iterable
from dataclasses import dataclass

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
READ_MESSAGE_HISTORY = 1 << 16
CREATE_PUBLIC_THREADS = 1 << 35
SEND_MESSAGES_IN_THREADS = 1 << 38

EVERYTHING = (1 << 50) - 1
A_BOT = (
    VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | READ_MESSAGE_HISTORY | CREATE_PUBLIC_THREADS | SEND_MESSAGES_IN_THREADS
)
A_MEMBER = VIEW_CHANNEL | SEND_MESSAGES | READ_MESSAGE_HISTORY


@dataclass(frozen=True)
class Overwrite:
    """What one role (type 0) or member (type 1) is allowed and denied in a channel."""

    id: str
    type: int
    allow: int = 0
    deny: int = 0

    def payload(self) -> dict[str, object]:
        return {"id": self.id, "type": self.type, "allow": str(self.allow), "deny": str(self.deny)}


def permissions(
    everyone_id: str, roles: dict[str, int], member_id: str, member_roles: Iterable[str], overwrites: list[Overwrite]
) -> int:
    """Return the permission bits a member has in a channel."""
    held = roles[everyone_id]
    for role in member_roles:
        held |= roles[role]
    if held & ADMINISTRATOR:
        return EVERYTHING
    mine = set(member_roles)
    for chosen in (
        [one for one in overwrites if one.id == everyone_id],
        [one for one in overwrites if one.type == 0 and one.id in mine],
        [one for one in overwrites if one.type == 1 and one.id == member_id],
    ):
        deny = allow = 0
        for one in chosen:
            deny |= one.deny
            allow |= one.allow
        held = (held & ~deny) | allow
    if not held & VIEW_CHANNEL:
        return 0
    return held
