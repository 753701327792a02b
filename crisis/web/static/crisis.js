// Keeps an open page true: when the journal moves, the parts marked data-live are fetched again.
// Without this script the page is the same, and is reloaded by hand.
(() => {
  "use strict";
  const incident = document.currentScript.dataset.incident;
  const news = document.getElementById("news");
  const words = document.documentElement.lang === "fr"
    ? { at: "À jour à ", lost: "Liaison perdue : cette page n'est plus tenue à jour.", wait: "Il y a du nouveau : il s'affichera quand vous aurez fini d'écrire." }
    : { at: "Up to date at ", lost: "Connection lost: this page is no longer kept up to date.", wait: "Something is new: it will show when you have finished writing." };
  const tell = (text) => { if (news && news.textContent !== text) news.textContent = text; };

  const busy = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("input, textarea, select")]
    .some((field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
      : field.options ? [...field.options].some((one) => one.selected !== one.defaultSelected && one.defaultSelected)
      : field.value !== field.defaultValue);

  let asking = false, again = false;
  const refresh = async () => {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      let waits = false;
      for (const part of document.querySelectorAll("[data-live]")) {
        const next = fresh.getElementById(part.id);
        if (!next || next.innerHTML === part.innerHTML) continue;
        if (busy(part)) { waits = true; continue; }
        part.replaceWith(next);
      }
      const now = new Date();
      tell(waits ? words.wait : words.at + now.toTimeString().slice(0, 5));
    } catch { tell(words.lost); }
    asking = false;
    if (again) { again = false; refresh(); }
  };

  const source = new EventSource("/events" + location.search);
  source.addEventListener("open", refresh);
  source.addEventListener("changed", (event) => {
    if (!incident || JSON.parse(event.data).includes(incident)) refresh();
  });
  source.addEventListener("error", () => tell(words.lost));
})();
