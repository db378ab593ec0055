"""The law as data: dated rules with their articles turn measures and budgets into points, totals and grades, and explain them."""
