"""Sweeps: a scenario, or a pair, at many points of a design.

A design file becomes a store in this order: `design` (the file), `read_factors` (what varies),
`sampling` (points), `plan` (all checked, cut into blocks), `block` (one simulated), `engine` and
`cluster` (where blocks run), `store` (the folder, and reading it). `sweep` does all of it.
"""
