"""Agents: Mesa agents with identity, and populations that own the state and carry the rules.

In here the world is the only axis a rule may ignore: no subscript, no `axis=`, no branching on
state. What crosses actors is a function of `sim.model.mechanisms` that names its axes.
"""
