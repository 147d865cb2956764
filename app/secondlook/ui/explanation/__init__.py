"""The page that says what a search confidence means, and the ways to it."""

from secondlook.ui.explanation.dialog import ExplanationDialog, MeaningLink, open_explanation

__all__ = ["ExplanationDialog", "MeaningLink", "open_explanation"]
