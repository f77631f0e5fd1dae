"""Measure Paperboy beside its peers; every figure is of one run on one machine."""
