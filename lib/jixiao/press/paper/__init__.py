"""The page becomes a tagged, archivable PDF in the order of an official document."""
