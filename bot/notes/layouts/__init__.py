"""The layouts a note can be written in, one module each."""
