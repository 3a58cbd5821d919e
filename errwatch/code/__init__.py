"""What the files of a repository say: their functions, and where the frames of a trace are."""
