"""What is new for those who keep a search? Asked for on a page, confirmed and sent by e-mail."""
