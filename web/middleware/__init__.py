"""What holds for every route? Errors and headers."""
