"""Tell how fast plain Python is just now: that varies with its build and, on shared machines, with the hour."""

import time

_SECONDS = 0.25


def rounds_a_second() -> int:
    """Return how often a second this Python does a bit of what a bot does."""
    rounds, started = 0, time.perf_counter()
    while time.perf_counter() - started < _SECONDS:
        _round(rounds)
        rounds += 1
    return round(rounds / (time.perf_counter() - started))


def _round(number: int) -> list[str]:
    words = f"note {number} on a paper that nobody wrote".split()
    lengths = {word: len(word) for word in words}
    return sorted(lengths, key=lambda word: (-lengths[word], word))
