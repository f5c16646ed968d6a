"""
The demonstration bureau: synthetic people, households, files of facts, and a past of real acts.

A door like `web` and `jobs`: it calls verbs and writes files. Nothing here is needed in production.
"""
