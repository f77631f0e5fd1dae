"""Tags as people write them, and the folded form in which they are compared."""

import re
import unicodedata

# `# llm`, as some editors space it, is the tag llm.
_AROUND = re.compile(r"^[\s#＃]+|\s+$")


def fold_tag(tag: str) -> str:
    """Fold a tag for comparison: no leading `#`, NFC, case folded, `_` as `-`."""
    bare = _AROUND.sub("", unicodedata.normalize("NFC", tag))
    return unicodedata.normalize("NFC", bare.casefold().replace("_", "-"))
