"""Examination and Decision: the two steps of a case in which people judge."""

from secondlook.ui.examination.decision import DecisionStep
from secondlook.ui.examination.step import ExaminationStep

__all__ = ["DecisionStep", "ExaminationStep"]
