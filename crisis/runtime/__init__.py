"""How the parts run together: in one process (:mod:`crisis.runtime.embedded`)."""
