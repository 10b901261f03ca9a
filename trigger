Another line.
