"""Galleries on screen: the list of them, making one, and one gallery with people and errors."""
