// Lists: one row in the tab order, j/k or arrows move, the preview follows, Enter opens.
import htmx from "htmx.org";

function rows(list) {
  return [...list.querySelectorAll("[data-row]")];
}

function preview(list, row) {
  const link = row.querySelector("[data-preview]");
  const target = document.getElementById("preview");
  if (!link || !target) return false;
  target.classList.add("cf-busy");
  const part = `${link.href}${link.href.includes("?") ? "&" : "?"}part=preview`;
  // Before the preview is there: afterwards it would call back whoever has already gone on from it.
  history.replaceState(null, "", link.href);
  htmx.ajax("GET", part, { target: "#preview", swap: "innerHTML" })
    .catch(() => { location.href = link.href; })
    .finally(() => target.classList.remove("cf-busy"));
  return true;
}

function select(list, row) {
  for (const other of rows(list)) {
    other.tabIndex = other === row ? 0 : -1;
    other.classList.toggle("cf-row--selected", other === row);
    if (other === row) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(list, by) {
  const all = rows(list);
  const at = all.findIndex((row) => row.tabIndex === 0);
  const row = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  if (!row) return;
  select(list, row);
  clearTimeout(list.previewTimer);
  list.previewTimer = setTimeout(() => preview(list, row), 150);
}

function openRow(row) {
  const link = row.querySelector("[data-open]");
  if (link) location.href = link.href;
}

function clicked(list, event) {
  const row = event.target.closest("[data-row]");
  if (!row || event.target.closest("button, input, label, summary")) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("a");
  if (link && !link.matches("[data-preview]")) return;
  if (document.getElementById("preview") && row.querySelector("[data-preview]")) {
    event.preventDefault();
    select(list, row);
    preview(list, row);
  } else if (!link) {
    openRow(row);
  }
}

function pressed(list, event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const inside = list.contains(document.activeElement);
  const key = event.key;
  if (key === "j" || (key === "ArrowDown" && inside)) move(list, 1);
  else if (key === "k" || (key === "ArrowUp" && inside)) move(list, -1);
  else if (key === "Enter" && document.activeElement.matches("[data-row]")) openRow(document.activeElement);
  else if (key === "p") document.querySelector("[data-toggle-preview]")?.click();
  else return;
  event.preventDefault();
}

export function startLists() {
  const list = document.querySelector("[data-list]");
  if (!list) return;
  const all = rows(list);
  const chosen = all.find((row) => row.classList.contains("cf-row--selected")) ?? all[0];
  all.forEach((row) => { row.tabIndex = row === chosen ? 0 : -1; });
  list.addEventListener("click", (event) => clicked(list, event));
  document.addEventListener("keydown", (event) => pressed(list, event));
}
