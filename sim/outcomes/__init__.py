"""Outcomes: the quantities measured in a run, each defined once."""
