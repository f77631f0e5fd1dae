"""Keep what Paperboy knows in a database."""
