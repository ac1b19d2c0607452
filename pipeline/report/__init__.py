"""The report of a run: static pages that open from disk and load nothing from outside."""
