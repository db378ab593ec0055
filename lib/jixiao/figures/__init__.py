"""Tables and totals become figures, the named numbers of a report, each with definition, source and the rows it counts."""
