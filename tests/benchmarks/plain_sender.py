"""How one would send to many without further thought: aiosmtplib, a pool, an EmailMessage each."""

from __future__ import annotations

import asyncio
import time
from email.message import EmailMessage

import aiosmtplib
from jinja2 import Template

POOL = 8
_TEXT = Template("{{ name }},\n\n{{ words }}\n\n{{ link }}\n")
_PAGE = Template("<p>{{ name }},</p><p>{{ words }}</p><p><a href='{{ link }}'>{{ link }}</a></p>")
_WORDS = "L’eau est coupée au bâtiment B. Prenez l’escalier A, puis attendez au parking nord. " * 8


def _mail(number: int) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Crisis <crisis@example.org>"
    message["To"] = f"g{number:06}@example.org"
    message["Subject"] = "ALERTE n° 1 – Inondation, Siège"
    shown = {"name": f"Personne {number}", "words": _WORDS, "link": f"http://127.0.0.1/a/{number}"}
    message.set_content(_TEXT.render(shown))
    message.add_alternative(_PAGE.render(shown), subtype="html")
    return message


async def send(port: int, mails: int) -> tuple[float, float]:
    """Send so many mails; seconds, and seconds of CPU."""
    waiting = iter(range(mails))

    async def connection() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for number in waiting:
                await client.send_message(_mail(number))

    began, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(connection() for _ in range(POOL)))
    return time.monotonic() - began, time.process_time() - cpu
