"""Settings point at sites, functions and channels that exist."""

from __future__ import annotations

from collections.abc import Iterator

from crisis.config.documents import SETTINGS, Configuration
from crisis.core.checks.fault import Pointer
from crisis.core.written import instead
from crisis.ports import OWN_PAGES
from crisis.yamlfile import Finding


def findings(configuration: Configuration) -> Iterator[Finding]:
    """Every name in the settings that leads nowhere."""
    settings = configuration.settings
    yield from _site(configuration, settings.default_site, ("default_site",))
    functions = configuration.people.functions
    for at, function in (
        (("contact",), settings.contact),
        *((("call_first", turn), one) for turn, one in enumerate(settings.call_first)),
    ):
        if function not in functions:
            says = f'there is no function "{function}"; {instead(function, functions)}'
            yield configuration.finding(SETTINGS, at, "unknown-name", says)
    known = functions.get(settings.contact)
    if known is not None and known.contact is None:
        says = (
            f"{settings.contact} does not say how it is reached; "
            f"add contact: to functions.{settings.contact} in people.yaml"
        )
        yield configuration.finding(SETTINGS, ("contact",), "no-contact", says)
    yield from _channels(configuration)
    yield from _sources(configuration)


def _channels(configuration: Configuration) -> Iterator[Finding]:
    channels = configuration.settings.channels
    for name, channel in channels.items():
        if name in OWN_PAGES:
            says = f"{name} is a page of Crisis itself; give this channel another name"
            yield configuration.finding(SETTINGS, ("channels", name), "duplicate-name", says)
        others = channels.keys() - {name}
        if channel.address_from is not None and channel.address_from not in others:
            says = f'there is no other channel "{channel.address_from}"; '
            says += instead(channel.address_from, others)
            at: Pointer = ("channels", name, "address_from")
            yield configuration.finding(SETTINGS, at, "unknown-name", says)


def _sources(configuration: Configuration) -> Iterator[Finding]:
    severities = configuration.plan.severities
    for name, source in configuration.settings.sources.items():
        at: Pointer = ("sources", name)
        yield from _site(configuration, source.site, (*at, "site"))
        named = [((*at, "severities", word), one) for word, one in source.severities.items()]
        if source.severity is not None:
            named.append(((*at, "severity"), source.severity))
        for where, severity in named:
            if severity not in severities:
                says = f'there is no severity "{severity}"; {instead(severity, severities)}'
                yield configuration.finding(SETTINGS, where, "unknown-value", says)
        for word, kind in (("", source.kind), *source.kinds.items()):
            if not source.may(kind) and (word or "kind" in source.model_fields_set):
                says = f"{name} may not raise {kind}; add it to may_raise, or take it out"
                where = (*at, "kinds", word) if word else (*at, "kind")
                yield configuration.finding(SETTINGS, where, "unknown-value", says)


def _site(configuration: Configuration, site: str, at: Pointer) -> Iterator[Finding]:
    if site not in configuration.sites:
        says = f'there is no site "{site}"; {instead(site, configuration.sites)}'
        yield configuration.finding(SETTINGS, at, "unknown-name", says)
