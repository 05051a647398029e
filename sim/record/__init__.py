"""Records: the stored series of a run, labelled, with their provenance."""
