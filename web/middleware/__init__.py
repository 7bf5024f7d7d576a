"""What holds for every route: errors and headers."""
