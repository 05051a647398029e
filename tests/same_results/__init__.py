"""Compares results of two commits: `uv run python -m tests.same_results BASE`."""
