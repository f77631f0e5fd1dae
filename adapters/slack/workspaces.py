"""Name a tenant by team and, on Enterprise Grid, its organisation, and a channel within it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model import ChannelAddress

PLATFORM = "slack"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack workspace; `enterprise` is its organisation on Enterprise Grid."""

    team: str
    enterprise: str | None = None

    @classmethod
    def read(cls, key: str) -> "Workspace":
        """Read a key back: `T1`, or `E1.T1` on Enterprise Grid."""
        first, _, rest = key.partition(".")
        return cls(rest, first) if rest else cls(first)

    @classmethod
    def of(cls, context: Mapping[str, object]) -> "Workspace":
        """Take the workspace an interaction came from, as Bolt found it in the payload."""
        enterprise = context.get("enterprise_id")
        team = context.get("team_id") or enterprise
        return cls(str(team), str(enterprise) if enterprise else None)

    @property
    def whole_organisation(self) -> bool:
        """Say whether an organisation as a whole is meant: what Slack tells of it names no workspace."""
        return self.team == self.enterprise

    @property
    def key(self) -> str:
        """Return the tenant part of a channel's address."""
        return f"{self.enterprise}.{self.team}" if self.enterprise else self.team

    def channel(self, channel: str) -> ChannelAddress:
        """Return the address of one of its channels."""
        return ChannelAddress(PLATFORM, self.key, channel)
