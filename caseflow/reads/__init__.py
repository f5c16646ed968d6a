"""What pages and the API show: SELECT only, in read-only transactions; nothing here changes."""
