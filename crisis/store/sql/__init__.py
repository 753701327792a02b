"""The store in a database: what may be read and written, statement by statement."""
