"""What does a website have, and what of it has changed? Fetches its pages politely into a file."""
