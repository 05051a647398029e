"""The model: what happens in a month."""
