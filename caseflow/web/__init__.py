"""The door for people: pages, forms, sign-in. No rule and no SQL live here."""
