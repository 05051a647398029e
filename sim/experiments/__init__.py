"""Experiments: runs, comparisons of paired worlds, and effects split by channel."""
