"""What every test leaves behind is put away: log handlers whose streams are gone, processes of a failed test."""

import logging
import multiprocessing
from collections.abc import Generator, Iterator

import pytest

_LONG = ("kills", "interruptions", "documents")


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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no worker is left with it while the others have nothing to do."""
    items.sort(key=lambda item: not any(word in item.path.name for word in _LONG))


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, object, object]:
    """Let a report that quotes a lone surrogate pass from a worker to the one who prints: it travels as UTF-8."""
    return encodable((yield))


def encodable(value: object) -> object:
    """Escape what UTF-8 can't encode, in strings at any depth."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")
        case dict():
            return {encodable(key): encodable(each) for key, each in value.items()}
        case list() | tuple():
            return type(value)(encodable(each) for each in value)
        case _:
            return value
