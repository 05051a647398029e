"""Calibration: from the priors of a scenario to worlds that fit history up to a month."""
