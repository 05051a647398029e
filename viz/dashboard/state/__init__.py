"""What a visitor's page is made of: scenario, simulations, links; nothing is drawn."""
