"""Experiments: what is done with races."""
