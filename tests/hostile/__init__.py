"""A folder of good filings with hostile and broken files among them, each with the row that it deserves."""
