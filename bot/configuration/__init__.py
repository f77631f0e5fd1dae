"""Settings as an operator sees them: what there is to set, where each value comes from, what is misspelt."""
