"""Where actors meet in a month: governments, markets, and the chain that makes chips."""
