// A page that comes back by the Back button may offer what is long done: it is fetched anew, and what was typed and
// not yet saved comes back with it.
import { keepHere } from "./kept.js";

function isBack(event) {
  return event.persisted || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
}

function renew() {
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    if (form.dataset.dirty) keepHere(form);
    form.dataset.dirty = "";
  });
  // The answer to a form that was sent is not asked for a second time: its address leads back to the case.
  if (location.pathname.startsWith("/tasks/")) location.replace(location.pathname);
  else location.reload();
}

export function startFresh() {
  if (!document.querySelector("main form[method=post]")) return;
  addEventListener("pageshow", (event) => { if (isBack(event)) renew(); });
}
