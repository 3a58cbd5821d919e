"""What any model gets to work with: a budget, looks at the code, and texts that are data."""
