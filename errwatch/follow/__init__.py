"""What becomes of a pull request: from open to merged, and from merged to verified. Pure."""
