"""Levers: policies, choices and assumptions that a visitor moves."""
