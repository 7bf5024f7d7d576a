"""What may a user be typing? The index's words, phrases and titles by their prefixes."""
