"""What the program means: pure functions and frozen values. No input or output happens here."""
