"""Records: what is kept of a run, labelled, with where it came from."""
