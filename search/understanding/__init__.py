"""What was meant? Latin letters read as Bengali, other spellings."""
