"""Paperboy's core: it indexes the notes, finds the right one and owes each channel its digest."""

__version__ = "0.1.0"
