"""Tell what a title is called in speech: its head before a colon, or before the dash that stands for one."""

import re

# A file's name can hold no colon on every system. Between digits it is part of a word (2:4 sparsity).
_END_OF_HEAD = re.compile(r"(?<!\d)[:：]|[:：](?!\d)|\s[-–—]\s")


def short_name(title: str) -> str:
    """Return the head of a title, all of it where it has none."""
    return _END_OF_HEAD.split(title, maxsplit=1)[0].strip() or title
