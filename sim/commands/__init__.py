"""Commands of `moat`, one file each; what they share is in `options` and `files`."""
