"""The layouts a note can be written in, one module each."""

# Raise it whenever a layout reads the same text otherwise: then files that haven't changed are read once more.
PARSER_VERSION = 1
