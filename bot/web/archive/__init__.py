"""The archive: every note on a page of its own, by date, by tag, found by the same search, followed by feed."""
