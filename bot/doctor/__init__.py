"""Look at an installation from end to end and say what is wrong, each with its cure; nothing is changed by looking."""
