"""Give memory back to the system after a burst of work; the allocator alone would keep it for the next one."""

import sys


def give_back() -> None:
    """Hand free memory of the heap back to the system. Only the GNU C library can be asked to; others do as they do."""
    if sys.platform != "linux":
        return
    import ctypes  # few processes live long enough to need it

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
