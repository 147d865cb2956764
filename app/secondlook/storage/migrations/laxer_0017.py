"""Which of two policies asks for less, with every component of quality that has a ceiling."""

from secondlook.storage.migrations.m0009_trust import MOVES

_START, _END = MOVES.index("CREATE VIEW laxer_policies"), MOVES.index("IS NOT FALSE;")
_BEFORE = "CASE l.key WHEN 'pose_deg' THEN"
_CEILINGS = "CASE WHEN l.key IN ('pose_deg', 'yaw_deg', 'pitch_deg', 'roll_deg', 'inversion') THEN"

SQL = f"""
DROP VIEW laxer_policies;
{MOVES[_START:_END].replace(_BEFORE, _CEILINGS)}IS NOT FALSE;
"""
