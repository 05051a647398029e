"""The longer commands of `moat`; what they share is in `options` and `files`."""
