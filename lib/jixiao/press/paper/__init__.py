"""The text of the page and the tables of the report become a tagged, archivable PDF in the order of an official document."""
