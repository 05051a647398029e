"""The server behind `moat watch`."""
