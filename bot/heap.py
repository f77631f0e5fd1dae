"""Give memory back to the system after bursts of work; the allocator alone would keep it for the next one."""

import asyncio
import sys

# Seconds. It takes the processor a few milliseconds at most.
_EVERY = 10.0


async def keep_small() -> None:
    """Give memory back now and then, until cancelled: after a refresh of the notes, a digest, a rush of questions."""
    while True:
        await asyncio.to_thread(give_back)
        await asyncio.sleep(_EVERY)


def give_back() -> None:
    """Hand free memory of the heap back to the system. Only the GNU C library can be asked to; others do as they do."""
    if sys.platform != "linux":
        return
    import ctypes  # few processes live long enough to need it

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
