"""Logging in with the operator token, saying as whom one acts, and logging out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crisis.web.access import COOKIE, Session, opens, people_of, same_origin, with_session
from crisis.web.body import read_form
from crisis.web.pages import foreign, render
from crisis.web.service import Service


async def login(request: Request) -> Response:
    """Show the token, become a session; the cookie holds no token and no name."""
    service: Service = request.app.state.service
    then = _inside(request.query_params.get("then", "/"))
    if request.method != "POST":
        return render(request, "login.html", then=then, wrong=False)
    if not same_origin(request):
        return foreign(request)
    form = await read_form(request)
    then = _inside(form.one("then"))
    if not opens(form.one("token"), service):
        return render(request, "login.html", status=403, then=then, wrong=True)
    return with_session(RedirectResponse(f"/me?then={then}", 303), service, Session(None))


async def act_as(request: Request, service: Service, session: Session) -> Response:
    """Say as whom one acts: every act in the room is signed with that name."""
    people = people_of(service)
    if request.method == "POST":
        form = await read_form(request)
        person = form.one("person")
        answer = RedirectResponse(_inside(form.one("then")), 303)
        return with_session(answer, service, Session(person if person in people else None))
    named = sorted((person.name, one) for one, person in people.items())
    then = _inside(request.query_params.get("then", "/"))
    return render(request, "me.html", people=named, then=then, chosen=session.person)


async def logout(request: Request, service: Service, session: Session) -> Response:
    """Forget the session in this browser."""
    del request, service, session
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _inside(path: str) -> str:
    """A path of our own: never an address elsewhere."""
    inside = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if inside and path.isprintable() else "/"
