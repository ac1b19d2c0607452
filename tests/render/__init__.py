"""Forms rendered as office documents, web pages and PDF, with the truth of each (see ``__main__``)."""
