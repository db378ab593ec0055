"""`python -m jixiao` is the command line."""

from jixiao.commands.cli import main

main()
