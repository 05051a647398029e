"""Figures and the dashboard of moat."""
