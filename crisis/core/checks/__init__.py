"""Static checks of playbooks and plans, before any crisis: pure, one family of rules a file.

A check yields faults: where (a pointer into the document), which rule, what to write instead.
`crisis.library` gives each fault its file, line and column.
"""
