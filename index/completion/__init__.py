"""What may somebody be typing? The index's words, phrases and titles by their beginnings."""
