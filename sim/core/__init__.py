"""The basis of all packages: worlds, state, chance, calendar, units, files."""
