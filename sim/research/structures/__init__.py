"""Rival forms of the model: fitted alike, weighed by their forecasts, and what each answers."""
