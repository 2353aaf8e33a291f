// Keeps an open page fresh. Every page works without this: it is what a reload would show.
"use strict";
(() => {
  const { events, state } = document.body.dataset;
  if (!events) return;
  let source, shown = state, wanted = state, typed = false, fetching = false;

  const say = (news) => {
    const place = document.getElementById("news");
    if (!place || !news || place.firstChild) return;
    const line = Object.assign(document.createElement("p"), { textContent: `${news} ` });
    const way = { href: "/seat", target: "_blank", textContent: "Look at it" }; // the form stays
    line.append(Object.assign(document.createElement("a"), way));
    place.append(line);
  };

  const replace = (here, fresh) => {
    const open = [...here.querySelectorAll("details[open][id]")].map((one) => one.id);
    const held = here.contains(document.activeElement) ? document.activeElement.id : "";
    here.replaceWith(fresh);
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    if (fetching) return;
    fetching = true;
    const asked = wanted;
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = page.querySelectorAll("[data-live]");
      if (!parts.length && !typed) return location.reload(); // no longer in here
      for (const part of parts) {
        const here = document.getElementById(part.id);
        if (!here || here.dataset.live === part.dataset.live) continue;
        if (typed && here.querySelector("form[data-keep]")) say(part.dataset.news);
        else replace(here, part);
      }
      shown = page.body.dataset.state ?? asked;
    } catch { /* the server is away; the stream comes back with it */ }
    fetching = false;
    if (wanted !== asked) refresh(); // it changed again meanwhile
  };

  const told = (message) => {
    const now = JSON.parse(message.data);
    for (const one of document.querySelectorAll("[data-answered]")) one.textContent = now.answered;
    for (const one of document.querySelectorAll("[data-trying]")) one.textContent = now.trying;
    wanted = now.state;
    if (wanted !== shown) setTimeout(refresh, Math.random() * 200); // not all at once
  };

  const listen = () => {
    source?.close();
    if (document.hidden) return;
    source = new EventSource(events);
    source.onmessage = told;
    source.onerror = () => source.readyState === EventSource.CLOSED && refresh();
  };

  document.addEventListener("input", () => { typed = true; });
  document.addEventListener("submit", () => { typed = false; });
  document.addEventListener("visibilitychange", listen);
  listen();
})();
