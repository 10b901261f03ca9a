"""What crosses areas."""
