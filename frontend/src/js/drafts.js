// Saves what is typed two seconds after typing stops, and says so. The server keeps drafts unvalidated.
import { bringBack, keepHere, written } from "./kept.js";

const DELAY = 2000;

function show(form, text, bad = false) {
  const state = document.getElementById(form.dataset.draftState ?? "draft-state");
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("cf-draft--bad", bad);
}

function withoutFiles(form) {
  // Neither files nor what confirms who sits here; the files that are kept already have the same name as new ones.
  return [...new FormData(form)].filter(([name, value]) => !(value instanceof File) && !name.startsWith("_confirm"));
}

function notSaved(form, text) {
  keepHere(form);
  form.dataset.dirty = "";
  show(form, text, true);
}

async function save(form, words) {
  show(form, words.saving);
  const typed = form.dataset.typed;
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(withoutFiles(form)),
      headers: { "X-CSRFToken": form.elements.csrf_token?.value ?? "", Accept: "application/json" },
    });
    if (answer.status === 401) return notSaved(form, words.signedOut);
    if (answer.status === 409) return notSaved(form, words.changed ?? words.failed);
    if (!answer.ok) return notSaved(form, words.failed);
    const { saved, version } = await answer.json();
    // What is saved next is written on this version; what was typed meanwhile is still to be saved.
    if (version) form.elements._version.value = version;
    if (form.dataset.typed === typed) form.dataset.dirty = "";
    show(form, words.saved.replace("{time}", saved));
  } catch {
    notSaved(form, words.offline);
    addEventListener("online", () => form.dispatchEvent(new Event("cf:save")), { once: true });
  }
}

function mind(form) {
  const words = JSON.parse(form.dataset.draftWords);
  let timer = 0;
  let composing = false;
  let saving = null;
  let heard = written(form);
  const saveNow = () => {
    saving = (saving ?? Promise.resolve()).then(() => save(form, words)).finally(() => { saving = null; });
  };
  const later = () => {
    heard = written(form);
    form.dataset.dirty = "yes";
    form.dataset.typed = Number(form.dataset.typed ?? 0) + 1;
    show(form, words.typing);
    clearTimeout(timer);
    timer = setTimeout(() => { if (!composing) saveNow(); }, DELAY);
  };
  form.addEventListener("compositionstart", () => { composing = true; });
  form.addEventListener("compositionend", () => { composing = false; later(); });
  form.addEventListener("input", later);
  // A field that is left tells of its change once more.
  form.addEventListener("change", () => { if (written(form) !== heard) later(); });
  form.addEventListener("cf:save", () => { clearTimeout(timer); saveNow(); });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (saving) { // the version that is being saved is the one to go on from
      event.preventDefault();
      saving.then(() => {
        delete form.dataset.sent; // it was only put off
        form.requestSubmit(event.submitter);
      });
      return;
    }
    form.dataset.dirty = "";
    // A row added or removed gives the rows other numbers: what is kept would come back in wrong places.
    if (!/^_(add|remove)$/.test(event.submitter?.name ?? "")) keepHere(form);
  });
  addEventListener("beforeunload", (event) => { if (form.dataset.dirty) event.preventDefault(); });
  bringBack(form);
  if (!form.dataset.dirty && [...form.elements].some(isTyped)) later(); // before this script had come
}

function isTyped(control) {
  if (["hidden", "file"].includes(control.type)) return false;
  if (["radio", "checkbox"].includes(control.type)) return control.checked !== control.defaultChecked;
  return control.matches("input, textarea") && control.value !== control.defaultValue;
}

export function startDrafts() {
  document.querySelectorAll("form[data-draft]").forEach(mind);
}
