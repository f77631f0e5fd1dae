"""The command line: read the arguments, run one command, say what went wrong in one sentence."""
