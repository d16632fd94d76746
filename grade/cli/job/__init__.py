"""What the verbs that render have in common."""
