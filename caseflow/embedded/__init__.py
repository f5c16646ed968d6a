"""
PostgreSQL and Redis for trying out, developing and testing, and the supervisor over the product.

Used by the command line alone. The rest of Caseflow sees only the addresses in its settings and
cannot tell these servers from a bureau's own.
"""
