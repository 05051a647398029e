"""What was observed up to the end of 2024: the table the calibrated ensemble must cover."""
