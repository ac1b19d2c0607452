"""Document → filings: what a form means, and what had to be repaired. Pure functions, no I/O."""

from normalize.filing import normalize
from normalize.model import Amount, Change, Check, Field, Filing, Indicator, Repair

__all__ = ["Amount", "Change", "Check", "Field", "Filing", "Indicator", "Repair", "normalize"]
