// Filters alerts, opens what a link leads to, and shows all when the page is printed. The page can be read without it.
"use strict";
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const alerts = all(".alerts > li");
  const tools = document.getElementById("tools");

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target === null) return;
    target.hidden = false;
    const details = target.querySelector(":scope > details");
    if (details !== null) {
      details.open = true;
      details.querySelector("summary").focus({ preventScroll: true });
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  // A link to where one is already changes no hash.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const href = link === null ? null : link.getAttribute("href");
    if (href !== null && href === location.hash) reveal();
  });
  reveal();

  let closed = [];
  const open = () => {
    if (closed.length > 0) return;
    closed = all("details:not([open])");
    closed.forEach((details) => { details.open = true; });
  };
  const restore = () => {
    closed.forEach((details) => { details.open = false; });
    closed = [];
  };
  addEventListener("beforeprint", open);
  addEventListener("afterprint", restore);
  matchMedia("print").addEventListener("change", (query) => (query.matches ? open() : restore()));

  if (tools === null) return;
  const filter = document.getElementById("filter");
  const matches = document.getElementById("matches");
  const texts = alerts.map((alert) => alert.textContent.toLowerCase());
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase();
    let shown = 0;
    alerts.forEach((alert, position) => {
      alert.hidden = !texts[position].includes(wanted);
      shown += alert.hidden ? 0 : 1;
    });
    matches.textContent = wanted === "" ? "" : `${shown} of ${alerts.length} shown`;
  });
  const each = (state) => alerts.forEach((alert) => {
    const details = alert.querySelector(":scope > details");
    if (details !== null && !alert.hidden) details.open = state;
  });
  document.getElementById("open-all").addEventListener("click", () => each(true));
  document.getElementById("close-all").addEventListener("click", () => each(false));
  tools.hidden = false;
})();
