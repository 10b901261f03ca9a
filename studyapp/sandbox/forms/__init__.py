"""What the console asks for. Whether AWS takes it, AWS says."""
