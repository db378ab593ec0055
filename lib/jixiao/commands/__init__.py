"""The command line: words typed become calls; results become lines and an exit code."""
