"""Text for terminals, reports and pages: numbers, sentences and tables."""
