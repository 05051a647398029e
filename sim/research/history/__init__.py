"""What was observed up to the end of 2025, and how the model is compared with it."""
