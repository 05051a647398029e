"""moat: an agent-based simulator of US-China AI competition."""
