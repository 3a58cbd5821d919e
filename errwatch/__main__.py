"""`python -m errwatch`."""

from errwatch.cli.app import main

main()
