"""How the parts run together: in one process (:mod:`crisis.runtime.embedded`), or in several.

Several share a log of brokers (:mod:`crisis.runtime.cluster`) and a database; deciding
(:mod:`crisis.runtime.decider`) and reading (:mod:`crisis.runtime.standing`) are the same in both.
"""
