"""Tell an edited copy from a second note on the same paper: one text stands in two files, and one of them is edited.

The edited one is an entry of its own from then on. A channel that has had the text must not get it as news. Pure.
"""

from bot.model import Entry
from bot.notes.likeness import Portrait, portray, same_words

# Below half of the words in common, somebody may have written anew, and that would be lost.
SAME_TEXT = 0.5


def is_edited_copy(new: Entry, had: Entry) -> bool:
    """Say whether an entry says nothing but what another one of its date said, a few words apart."""
    now, before = portray(new), portray(had)
    if not _on_one_paper(now, before):
        return False
    words = same_words(now, before)
    return not now.commentary if words is None else words >= SAME_TEXT


def _on_one_paper(now: Portrait, before: Portrait) -> bool:
    if now.arxiv_ids and before.arxiv_ids:
        return bool(now.arxiv_ids & before.arxiv_ids)
    return now.title == before.title or bool(now.links & before.links)
