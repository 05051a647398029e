"""What a person is told in the terminal and in reports: sentences and tables made from numbers."""
