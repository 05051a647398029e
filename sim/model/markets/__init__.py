"""Markets: where actors meet in a month, to trade dies, chips, services and capital."""
