"""Find the entry a person means."""
