"""What every test leaves behind is put away: log handlers that a command installed point at streams that are gone."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _log_put_away() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
