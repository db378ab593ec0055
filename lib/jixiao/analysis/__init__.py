"""Statistics of how well self-evaluation holds: from frames of the year's tables to values with bounds, size and guard."""
