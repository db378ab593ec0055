"""An executed notebook becomes the documents that readers get: a page, a paper, a Word file and a workbook."""
