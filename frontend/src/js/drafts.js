// Saves what is typed two seconds after typing stops, and says so. The server keeps drafts unvalidated.
import { bringBack, keepHere } from "./kept.js";

const DELAY = 2000;

function show(form, text, bad = false) {
  const state = document.getElementById(form.dataset.draftState ?? "draft-state");
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("cf-draft--bad", bad);
}

function withoutFiles(form) {
  const data = new FormData(form);
  // Neither files nor what confirms who sits here.
  for (const [name, value] of [...data.entries()]) if (value instanceof File || name.startsWith("_confirm")) data.delete(name);
  return data;
}

function notSaved(form, text) {
  keepHere(form);
  form.dataset.dirty = "";
  show(form, text, true);
}

async function save(form, words) {
  show(form, words.saving);
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(withoutFiles(form)),
      headers: { "X-CSRFToken": form.elements.csrf_token?.value ?? "", Accept: "application/json" },
    });
    if (answer.status === 401) return notSaved(form, words.signedOut);
    if (!answer.ok) return notSaved(form, words.failed);
    const { saved } = await answer.json();
    form.dataset.dirty = "";
    show(form, words.saved.replace("{time}", saved));
  } catch {
    notSaved(form, words.offline);
  }
}

function mind(form) {
  const words = JSON.parse(form.dataset.draftWords);
  let timer = 0;
  let composing = false;
  const later = () => {
    form.dataset.dirty = "yes";
    show(form, words.typing);
    clearTimeout(timer);
    timer = setTimeout(() => { if (!composing) save(form, words); }, DELAY);
  };
  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", () => { composing = false; later(); });
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("cf:save", () => { clearTimeout(timer); save(form, words); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    form.dataset.dirty = "";
    // A row added or removed gives the rows other numbers: what is kept would come back in wrong places.
    if (!/^_(add|remove)$/.test(event.submitter?.name ?? "")) keepHere(form);
  });
  addEventListener("beforeunload", (event) => { if (form.dataset.dirty) event.preventDefault(); });
  bringBack(form);
}

export function startDrafts() {
  document.querySelectorAll("form[data-draft]").forEach(mind);
}
