"""An issue and the user's repository -> where it comes from, and why. Reads one commit, no more."""
