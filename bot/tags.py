"""Tags as people write them, and the folded form in which they are compared."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


def fold_tag(tag: str) -> str:
    """Fold a tag for comparison: no leading `#`, NFC, case folded, `_` as `-`."""
    bare = unicodedata.normalize("NFC", tag).strip().lstrip("#＃")
    return unicodedata.normalize("NFC", bare.casefold().replace("_", "-"))


@dataclass(frozen=True, slots=True)
class TagFilter:
    """Tags to have (any of them) and tags not to have, as a person wrote them."""

    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @classmethod
    def read(cls, written: Iterable[str]) -> "TagFilter":
        """Read `#tag` and `-#tag`."""
        items = tuple(written)
        return cls(
            tuple(item.lstrip("#＃") for item in items if not item.startswith("-")),
            tuple(item[1:].lstrip("#＃") for item in items if item.startswith("-")),
        )

    def takes(self, tags: Iterable[str]) -> bool:
        """Tell whether an entry with these tags passes."""
        folded = {fold_tag(tag) for tag in tags}
        wanted = not self.included or any(fold_tag(tag) in folded for tag in self.included)
        return wanted and not any(fold_tag(tag) in folded for tag in self.excluded)
