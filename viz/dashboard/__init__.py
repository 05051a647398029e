"""`moat watch`: the page on which scenarios are watched, changed and compared."""
