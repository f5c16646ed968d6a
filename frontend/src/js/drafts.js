// Saves what is typed two seconds after typing stops, and says so. The server keeps drafts unvalidated.
const DELAY = 2000;

function show(form, text, bad = false) {
  const state = document.getElementById(form.dataset.draftState ?? "draft-state");
  if (!state) return;
  state.textContent = text;
  state.classList.toggle("cf-draft--bad", bad);
}

function withoutFiles(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) if (value instanceof File) data.delete(name);
  return data;
}

async function save(form, words) {
  show(form, words.saving);
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(withoutFiles(form)),
      headers: { "X-CSRFToken": form.elements.csrf_token?.value ?? "", Accept: "application/json" },
    });
    if (answer.status === 401) return show(form, words.signedOut, true);
    if (!answer.ok) return show(form, words.failed, true);
    const { saved } = await answer.json();
    form.dataset.dirty = "";
    show(form, words.saved.replace("{time}", saved));
  } catch {
    show(form, words.offline, true);
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
  form.addEventListener("submit", () => { clearTimeout(timer); form.dataset.dirty = ""; });
  addEventListener("beforeunload", (event) => { if (form.dataset.dirty) event.preventDefault(); });
}

export function startDrafts() {
  document.querySelectorAll("form[data-draft]").forEach(mind);
}
