"""The case screens: the list of cases, a case's four steps, and the first two of them."""
