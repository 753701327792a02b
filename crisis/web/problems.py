"""Refusals that a machine can read and a person understands: problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse

from crisis.core.deciding import Refusal
from crisis.intake.faults import BadPayload, Fault
from crisis.web.language import word, words


class Problem(JSONResponse):
    """A refusal: ``type``, ``title``, ``status``, ``detail``; ``errors`` with their pointers."""

    media_type = "application/problem+json"

    def __init__(
        self,
        name: str,
        status: int,
        language: str,
        *,
        detail: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        known = name in words()["problems"]
        content: dict[str, Any] = {
            "type": f"urn:crisis:problem:{name}",
            "title": word("problems", name if known else "refused", language),
            "status": status,
        }
        if detail:
            content["detail"] = detail
        if errors:
            content["errors"] = list(errors)
        super().__init__(
            {**content, **more},
            status_code=status,
            headers={
                "Content-Language": language,
                "Cache-Control": "no-store",
                **(headers or {}),
            },
        )


def problem_of(bad: BadPayload, language: str, **more: Any) -> Problem:
    """A body that cannot be taken in: each fault with its place and what to write instead."""
    errors = [_error(fault, language) for fault in bad.faults]
    return Problem(bad.name, bad.status, language, errors=errors, **more)


def _error(fault: Fault, language: str) -> dict[str, str]:
    return {
        "pointer": fault.pointer,
        "detail": fault.what[language],
        "fix": fault.fix[language],
    }


def refused(refusal: Refusal | None, language: str) -> Problem:
    """The rules said no: which rule, and why."""
    if refusal is None:
        return Problem("refused", 409, language)
    detail = refusal.words.get(language) or next(iter(refusal.words.values()), "")
    return Problem(
        "refused",
        409,
        language,
        detail=detail,
        rule=refusal.rule,
        overridable=refusal.overridable,
    )
