"""Turn a folder of note files into notes, and a refresh into a plan of changes."""
