"""The supply network: its drawing, and the page of an actor."""
