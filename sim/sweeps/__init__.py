"""Sweeps: a design over numbers, switches, dates and choices, run block by block into a store."""
