"""What is done with an attempt."""
