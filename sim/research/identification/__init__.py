"""Evidence: how far history identifies what the model says, and what the fitted model then says.

A room of its own above the experiments: it runs scenarios that history denies, and asks how well
rivals of the model fit. Its numbers are recorded in files, and its pages are made from those files.
"""
