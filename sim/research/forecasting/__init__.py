"""Judgement: what the model forecasts, put so that later observations can judge it.

A room of its own beside the experiments: it reads records that they make, and most of it (files,
observations, scores) needs no model at all.
"""
