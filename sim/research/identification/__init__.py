"""Identification: how far history identifies the effects of controls, and what those effects are.

Scenarios that history rules out are run, and rivals of the model are compared by how well they fit
history. The numbers are recorded in files, from which pages are made.
"""
