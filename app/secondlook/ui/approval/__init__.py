"""What takes two people, on screen: how far it has come, what it lets through, and the approval."""
