"""Where a note's page is in the archive, so that a message can lead there. Pure."""

from dataclasses import dataclass
from urllib.parse import quote


def note_path(entry_id: str) -> str:
    """Return the path of an entry's page, below wherever the archive is."""
    return f"/notes/{quote(entry_id, safe='')}"


@dataclass(frozen=True, slots=True)
class Permalinks:
    """Addresses below `root` (`https://notes.example.org/papers`); there are none where nobody outside reaches it."""

    root: str | None = None

    def note(self, entry_id: str) -> str | None:
        """Return the lasting address of an entry's page, None where it has none."""
        return None if self.root is None else self.root + note_path(entry_id)


NO_PERMALINKS = Permalinks()
