"""Tags as people write them, and the folded form in which they are compared."""

import unicodedata


def fold_tag(tag: str) -> str:
    """Fold a tag for comparison: no leading `#`, NFC, case folded, `_` as `-`."""
    bare = unicodedata.normalize("NFC", tag).strip().lstrip("#＃")
    return unicodedata.normalize("NFC", bare.casefold().replace("_", "-"))
