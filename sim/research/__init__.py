"""Research: history, calibration, forecasts and identification."""
