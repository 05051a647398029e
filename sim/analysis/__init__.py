"""What many worlds say: what moves an outcome, where it comes about, which policy is robust."""
