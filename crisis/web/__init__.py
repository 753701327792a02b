"""Doors and pages: everything that comes in or is looked at over HTTP.

Doors for machines answer in problem+json (RFC 9457); pages for people work without JavaScript, in
French and English. Nothing here decides: every act becomes a command to the one inbox.
"""
