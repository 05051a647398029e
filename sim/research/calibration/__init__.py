"""Calibration: from priors to worlds that fit history up to a date."""
