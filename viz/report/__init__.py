"""`moat report`: saved results as one page of HTML that needs nothing else to be read."""
