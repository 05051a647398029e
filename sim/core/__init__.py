"""What everything stands on: worlds, state, chance, calendar, units, files."""
