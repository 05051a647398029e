"""Uncertainty: priors drawn to the parameters of each world, and worlds that fit history."""
