"""``POST /organisation``: put a version of the organisation folder into the store."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from crisis.intake.faults import BadPayload, read_as
from crisis.web.access import is_operator
from crisis.web.body import LARGEST_FOLDER, TooLarge, TooLargeProblem, TooSlow, read_body
from crisis.web.doors import no_token
from crisis.web.language import language_of
from crisis.web.problems import Problem, problem_of
from crisis.web.service import Service
from crisis.yamlfile import NotAcceptable


class Folder(BaseModel):
    """The files: path -> text."""

    model_config = ConfigDict(strict=True, extra="forbid")

    files: Annotated[dict[str, str], Field(min_length=1)]


async def receive_folder(request: Request) -> Response:
    """Check the files and answer with the number of their version; or with every finding."""
    service: Service = request.app.state.service
    language = language_of(request, service.organisation().settings.languages)
    if not is_operator(request, service):
        return no_token(language)
    try:
        folder = read_as(Folder, await read_body(request, LARGEST_FOLDER))
        row = await service.apply(folder.files)
    except TooLarge:
        return TooLargeProblem("too-large", 413, language)
    except TooSlow:
        return Problem("too-slow", 408, language)
    except BadPayload as bad:
        return problem_of(bad, language)
    except NotAcceptable as refusal:
        found = [{"pointer": f"/files/{f.file}", "detail": str(f)} for f in refusal.findings]
        return Problem("organisation-refused", 422, language, errors=found)
    return JSONResponse(
        {
            "version": row.version,
            "digest": row.digest,
            "at": row.at.isoformat(),
            "restart_for": service.outdated(),
        }
    )
