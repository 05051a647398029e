"""Policy: dated acts of governments, as tables by month."""
