"""Second Look: a person reviews what a face matcher proposes."""

__version__ = "0.1.0"
