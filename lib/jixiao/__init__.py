"""Budget performance reports of a finance bureau: tables in, one traceable report out."""

__version__ = "0.1.0"
