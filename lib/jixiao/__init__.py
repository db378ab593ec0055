"""Makes the budget performance report of a finance bureau from its tables, each figure with its sources."""

__version__ = "0.1.0"
