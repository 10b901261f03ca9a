"""Cards as rows of text: CSV and TSV, as Anki's text import and spreadsheets have them."""
