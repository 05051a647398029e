"""Outcomes: what is measured, defined exactly, once."""
