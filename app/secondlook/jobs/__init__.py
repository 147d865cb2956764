"""Where work runs: named lanes. No Qt."""
