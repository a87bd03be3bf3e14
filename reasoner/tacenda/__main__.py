"""`python -m tacenda` is the command line."""

from tacenda.cli import main

main()
