"""How large a file may be before it is refused: uploads are hostile until proven otherwise."""

MAX_PAGES = 1_000
"""Pages of a document, sheets of a workbook."""

MAX_BYTES = 500 * 2**20
"""Bytes of a file."""

MAX_EXPANDED = 500 * 2**20
"""Bytes of everything in a compressed file, expanded."""

MAX_CELLS = 2_000_000
"""Cells of all tables of a file, the places that merged cells cover included where they are gone over."""

MAX_ROWS = 100_000
"""Rows of all tables of a file, and lines outside them."""

MAX_ROW = 500
"""Cells with a text in one row; the widest forms have some 40."""

MAX_TEXT = 100_000
"""Characters of one cell or line; a cell of Excel holds 32,767, and readers of CSV mostly stop at 131,072."""

CONVERT_SECONDS = 120
"""Seconds that another program may take to convert a file."""

MAX_MEMBERS = 5_000
"""Files in an archive."""

MAX_RATIO = 200
"""How many times its size an archive may expand to; deflate can do a thousand, text does ten."""

MAX_PICTURES = 300
"""Pages of a file that are pictures; a page takes seconds to recognise."""

MAX_PICTURE_PIXELS = 100_000_000
"""Pixels of a picture; A3 at 600 dpi has 70 million."""
