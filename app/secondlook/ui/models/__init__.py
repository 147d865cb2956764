"""Models on screen: which are here and in use, what is known of them, and getting more."""
