"""The verbs: all that can be done, and the only room that changes anything."""
