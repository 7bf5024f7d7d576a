"""What does a website have, and what of it has changed? Its pages, asked for politely and kept in a file."""
