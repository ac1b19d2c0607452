"""Scans of forms with their truth: printed, drawn as pictures, damaged as scanners and copiers do."""
