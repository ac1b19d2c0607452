"""Files in, tables out: batch, schema, publishing and the command line."""

__version__ = "0.1.0"
