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
    const typing = event.target.matches("input, textarea, select");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape" && event.target === form.elements.text) {
      form.reset();
    }
  });
  filter();
}

// ---- the matrix: all rows, or only those that differ

const differing = document.querySelector(".matrix-filter");
if (differing) {
  differing.hidden = false;
  differing.addEventListener("input", () => {
    for (const row of document.querySelectorAll(".matrix .same")) row.classList.toggle("out", differing.elements.differs.checked);
  });
}

// ---- deep links: the target is shown, opened and focused

function follow() {
  let id;
  try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
  const target = id && document.getElementById(id);
  if (!target || !target.matches("details")) return;
  if (form && target.closest(".out")) form.reset(), filter();
  for (let at = target; at; at = at.parentElement.closest("details")) at.open = true;
  target.scrollIntoView();
  target.querySelector("summary").focus({ preventScroll: true });
}
addEventListener("hashchange", follow);
addEventListener("load", follow); // after the browser, which does not find a target in a closed element

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
