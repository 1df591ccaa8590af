// The script is optional: without it the page shows everything.
"use strict";

// ---- filters

const form = document.querySelector(".filters[role=search]");
const rows = Array.from(document.querySelectorAll(".requirement"), row => ({
  row, verdict: row.dataset.verdict, level: row.dataset.level,
  text: row.querySelector("summary").textContent.toLowerCase(),
}));

function filter() {
  const wanted = name => Array.from(form.querySelectorAll(`[name=${name}]:checked`), box => box.value);
  const verdicts = wanted("verdict"), levels = wanted("level");
  const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, verdict, level, text } of rows) {
    const fits = (!verdicts.length || verdicts.includes(verdict)) && (!levels.length || levels.includes(level)) &&
      words.every(word => text.includes(word));
    row.classList.toggle("out", !fits);
    shown += fits ? 1 : 0;
  }
  for (const chapter of document.querySelectorAll(".chapter")) {
    chapter.classList.toggle("out", !chapter.querySelector(".requirement:not(.out)"));
  }
  const output = form.querySelector("output");
  output.textContent = output.dataset.all.replace("{shown}", shown).replace("{all}", rows.length);
}

if (form) {
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  const toggle = form.querySelector("[data-toggle]");
  toggle.addEventListener("click", () => {
    const open = toggle.textContent === toggle.dataset.open;
    for (const { row } of rows) if (!row.classList.contains("out")) row.open = open;
    toggle.textContent = open ? toggle.dataset.close : toggle.dataset.open;
  });
  document.addEventListener("keydown", event => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape" && event.target === form.elements.text) {
      form.reset();
    }
  });
  filter();
}

// ---- the map: one stop of the tab key, and arrow keys between the requirements

for (const map of document.querySelectorAll(".map")) {
  const dots = Array.from(map.querySelectorAll(".dots a"));
  const go = (from, to) => { if (dots[to]) { dots[from].tabIndex = -1; dots[to].tabIndex = 0; dots[to].focus(); } };
  const beside = (at, sign) => { // the nearest dot in the next row
    const box = dots[at].getBoundingClientRect();
    let best = -1, least = Infinity;
    dots.forEach((dot, i) => {
      const other = dot.getBoundingClientRect(), down = (other.top - box.top) * sign;
      const far = down * 1000 + Math.abs(other.left - box.left);
      if (down > 4 && far < least) { least = far; best = i; }
    });
    return best;
  };
  dots.forEach((dot, i) => { dot.tabIndex = i ? -1 : 0; });
  map.addEventListener("keydown", event => {
    const at = dots.indexOf(event.target);
    const to = at < 0 ? undefined : { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: dots.length - 1,
      ArrowDown: beside(at, 1), ArrowUp: beside(at, -1) }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go(at, to);
  });
  const keys = map.querySelector(".keys");
  if (keys && dots.length) keys.hidden = false;
}

// ---- deep links: the target is shown, opened and focused

function follow() {
  let id;
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const target = id && document.getElementById(id);
  const folded = target && target.closest(".alike"); // a row of the matrix that is alike in every column
  if (folded) { folded.open = true; target.scrollIntoView(); }
  if (!target || !target.matches("details")) return;
  if (form && target.closest(".out")) form.reset(), filter();
  for (let at = target; at; at = at.parentElement.closest("details")) at.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus({ preventScroll: true });
}
addEventListener("hashchange", follow);
addEventListener("load", follow); // after the browser, which does not find a target in a closed element

// ---- charts: the values at a place of the x axis, under the pointer and by the arrow keys

function values(figure) {
  const section = figure.closest(".chart"), rows = Array.from(section.querySelectorAll(".data tbody tr"));
  const names = Array.from(section.querySelectorAll(".data thead th"), cell => cell.textContent);
  const drawn = () => Array.from(figure.querySelectorAll("svg[data-at]")).find(svg => svg.checkVisibility());
  if (!rows.length || !figure.querySelector("svg[data-at]")) return;
  const box = document.createElement("div");
  box.className = "values", box.hidden = true;
  box.setAttribute("aria-live", "polite");
  figure.append(box);
  figure.tabIndex = 0;
  figure.setAttribute("role", "group");
  figure.setAttribute("aria-labelledby", section.getAttribute("aria-labelledby"));
  let at = -1, pointer;
  function hide() { box.hidden = true, pointer?.remove(), pointer = undefined; }
  function show(i) {
    const svg = drawn(), places = svg.dataset.at.trim().split(" ").map(Number);
    at = Math.max(0, Math.min(Math.min(places.length, rows.length) - 1, i));
    const list = document.createElement("dl");
    Array.from(rows[at].cells).forEach((cell, n) => {
      if (!cell.textContent || cell.textContent.length > 60) return;
      list.append(Object.assign(document.createElement("dt"), { textContent: names[n] }), Object.assign(document.createElement("dd"), { textContent: cell.textContent }));
    });
    box.replaceChildren(list);
    box.hidden = false;
    pointer?.remove();
    pointer = document.createElementNS("http://www.w3.org/2000/svg", "path");
    pointer.setAttribute("class", "pointer");
    pointer.setAttribute("d", `M${places[at]} 0V${svg.viewBox.baseVal.height - 40}`);
    svg.append(pointer);
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width, x = places[at] * scale;
    box.style.left = `${x + 14 + box.offsetWidth > figure.offsetWidth ? Math.max(0, x - 14 - box.offsetWidth) : x + 14}px`;
  }
  figure.addEventListener("pointermove", event => {
    const svg = drawn();
    if (!svg) return;
    const box = svg.getBoundingClientRect(), x = (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width;
    const places = svg.dataset.at.trim().split(" ").map(Number);
    show(places.reduce((best, place, i) => Math.abs(place - x) < Math.abs(places[best] - x) ? i : best, 0));
  });
  figure.addEventListener("pointerleave", hide);
  figure.addEventListener("blur", hide);
  figure.addEventListener("keydown", event => {
    if (event.target !== figure) return;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: rows.length - 1, PageUp: at - 10, PageDown: at + 10 }[event.key];
    if (event.key === "Escape") hide();
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(to);
  });
}
document.querySelectorAll(".chart figure").forEach(values);

// ---- copy buttons

if (navigator.clipboard) {
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.querySelector("code").textContent);
      const label = button.textContent;
      button.textContent = "✓";
      setTimeout(() => { button.textContent = label; }, 1200);
    });
  }
}
