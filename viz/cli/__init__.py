"""The command line: `main` holds the group, the other files its commands and what they share."""
