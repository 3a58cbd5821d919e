"""The nouns. Frozen values that the parts pass to each other; nothing here does input or output.

record -> event -> partial -> issue -> classification -> analysis -> candidate -> fix
"""
