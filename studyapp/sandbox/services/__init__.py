"""What is written to the sandbox other than by AWS's operations."""
