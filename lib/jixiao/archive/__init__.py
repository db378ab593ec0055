"""Publications and their versions: built, swapped in whole, described, verified, closed, and begun anew each year."""
