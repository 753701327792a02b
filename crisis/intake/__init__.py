"""Doors for reports: one small adapter a sender, each of which makes the same submission.

An adapter is tolerant of what it does not use and strict about what it uses; what it cannot read
it refuses with the place, the reason and the way out (:class:`crisis.intake.faults.BadPayload`).
"""
