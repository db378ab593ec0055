"""What every other room stands on and what knows none of them: so far the locks under which files are written."""
