"""Keep the memory of a long-lived process small: the allocator alone would keep what bursts of work took."""

import asyncio
import gc
import sys

# Seconds. It takes the processor a few milliseconds at most.
_EVERY = 10.0
_ARENAS = 2  # heaps for all threads together, of which one at a time runs Python; else each would keep its own rest
# Bytes, the C library's own first choice. What is larger goes back the moment it is free; but left alone it raises this
# with whatever it saw.
_LARGE = 128 * 1024
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # from malloc.h
# New objects after which Python looks for garbage, and how often it then looks further. By its own choice, 700, it
# does so after a dozen answers, of which fifty may be in flight, and then stops everything for some milliseconds.
_SELDOM = (50_000, 10, 10)
_USUALLY = (5_000, 10, 10)


def look_seldom() -> None:
    """Look for garbage seldom until `keep_small`: a start makes hardly any, and looking takes it 0.1 s."""
    gc.set_threshold(*_SELDOM)


async def keep_small() -> None:
    """Give memory back now and then, until cancelled: after a refresh of the notes, a digest, a rush of questions."""
    gc.set_threshold(*_USUALLY)
    # What a start made stays, and looking through all of it again would stop everything for a tenth of a second.
    gc.freeze()
    await _give_back_and_wait()
    # So does what was loaded when the first people came and the platforms told of themselves; there is little of it.
    gc.collect()
    gc.freeze()
    while True:
        await _give_back_and_wait()


async def _give_back_and_wait() -> None:
    await asyncio.to_thread(give_back)
    await asyncio.sleep(_EVERY)


def give_back() -> None:
    """Hand free memory of the heap back to the system; where the C library has no way to, do nothing."""
    _call("malloc_trim", 0)


def share() -> None:
    """Let threads share their heaps, and keep large pieces out of them; where the C library can't, do nothing."""
    _call("mallopt", _M_ARENA_MAX, _ARENAS)
    _call("mallopt", _M_MMAP_THRESHOLD, _LARGE)


def _call(function: str, *arguments: int) -> None:
    if sys.platform != "linux":
        return
    import ctypes  # few processes live long enough to need it

    known = getattr(ctypes.CDLL(None), function, None)
    if known is not None:
        known(*arguments)
