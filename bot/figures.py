"""What the bot says of itself in numbers, read when somebody asks: how large, how old, how far behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """How many entries are searchable, and when (UTC) the index last took something up; None where nobody knows."""

    entries: int
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """Deliveries by state, when the oldest one that is due but open was due, and the last heartbeat by runner (UTC)."""

    states: Mapping[str, int] = field(default_factory=dict)
    oldest_due_at: datetime | None = None
    heartbeats: Mapping[str, datetime] = field(default_factory=dict)
