"""Signposts: which observations of the next years would narrow the answers most.

Each is an observation that the model simulates, with the error of its measurement and the month in
which it will be published. What it tells is the expected value of sample information, estimated by
regression over worlds already simulated (`regression`).
"""
