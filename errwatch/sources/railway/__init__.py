"""Railway: the logs of an environment, through its API or its command line."""
