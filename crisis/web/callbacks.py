"""``/callbacks/CHANNEL``: what a provider tells later about what it was given."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.responses import Response

from crisis.channels.gateway_callback import CallbackRefused, CallbackRequest, read_callback
from crisis.channels.gateway_settings import GatewaySettings
from crisis.web.body import LARGEST_FORM, TooLarge, TooLargeProblem, TooSlow, read_body
from crisis.web.language import language_of
from crisis.web.problems import Problem
from crisis.web.service import Service

_log = structlog.get_logger(__name__)


async def receive_callback(request: Request) -> Response:
    """Hand the receipts on; 204 once they are taken, the provider's own retries do the rest."""
    service: Service = request.app.state.service
    settings = service.organisation().settings
    language = language_of(request, settings.languages)
    name = request.path_params["channel"]
    channel = settings.channels.get(name)
    if channel is None or channel.kind != "gateway":
        return Problem("not-found", 404, language)
    try:
        body = await read_body(request, LARGEST_FORM)
    except TooLarge:
        return TooLargeProblem("too-large", 413, language)
    except TooSlow:
        return Problem("too-slow", 408, language)
    query = f"?{request.url.query}" if request.url.query else ""
    said = CallbackRequest(target=request.url.path + query, headers=request.headers, body=body)
    gateway = GatewaySettings.model_validate(channel.own())
    answer = read_callback(gateway, service.secrets, said, service.clock.now())
    if isinstance(answer, CallbackRefused):
        _log.warning("callback_refused", channel=name, reason=answer.reason)
        return Problem("callback-refused", answer.status, language, detail=answer.reason)
    await service.receive(name, answer)
    return Response(status_code=204)
