"""Scenario files: what a run is made of, read, checked and drawn."""
