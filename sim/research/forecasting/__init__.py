"""Forecasting: forecasts of the model past its fit, and their scores against observations.

Files, observations and scores need no model.
"""
