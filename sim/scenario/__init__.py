"""Scenario files: what a run is made of, read and checked."""
