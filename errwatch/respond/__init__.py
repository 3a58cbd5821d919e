"""What to do about issues while watching. Pure: told what is known and when it is, it decides."""
