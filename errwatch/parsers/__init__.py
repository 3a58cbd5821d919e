"""Pure readers of text: one line of a log -> what it states; the lines of a trace -> exceptions.

One file a line format or language family. `logline.read_line` and `trace.TRACES` are the tables
that name them all.
"""
