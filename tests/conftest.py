"""What every test leaves behind is put away: log handlers whose streams are gone, processes of a failed test."""

import logging
import multiprocessing
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


@pytest.fixture(autouse=True)
def _children_ended() -> Iterator[None]:
    """End the processes that a failed test left: the test run would wait for them for ever."""
    yield
    for child in multiprocessing.active_children():
        child.kill()
        child.join()
