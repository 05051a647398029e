"""Figures: results in, a matplotlib figure out."""
