// What was typed and may not have reached the server waits in this tab, for the holder of the step alone, and comes
// back with the form: after a session that ended, a lost connection, a page that had grown old.
const OURS = /^(csrf_token$|_)/;
const TYPED = "input:not([type=hidden]):not([type=file]), select, textarea";

const place = (form) => `${form.dataset.draft} ${form.dataset.holder}`;

// What stands in the form, as one text.
export function written(form) {
  return JSON.stringify([...new FormData(form)].filter(([name, value]) => !OURS.test(name) && !(value instanceof File)));
}

// A form that asks once more who sits there carries what was typed: the way back takes it along, for one page.
const TAKEN = "taken back";

export function startBack() {
  const text = sessionStorage.getItem(TAKEN);
  sessionStorage.removeItem(TAKEN);
  if (text) fill(JSON.parse(text));
  document.querySelector("[data-take-back]")?.addEventListener("click", ({ target }) => {
    const form = target.closest("form");
    const pairs = [...new FormData(form)].filter(([name]) => !OURS.test(name));
    sessionStorage.setItem(TAKEN, JSON.stringify({ to: form.getAttribute("action"), pairs }));
  });
}

// Into the form that leads to the same act, else into the one that asks for most of the same.
function fill({ to, pairs }) {
  const likeness = (form) => (form.getAttribute("action") === to ? pairs.length : 0)
    + pairs.filter(([name]) => form.elements.namedItem(name)).length;
  const forms = [...document.querySelectorAll("form[method='post']")].sort((a, b) => likeness(b) - likeness(a));
  if (!forms.length || !likeness(forms[0])) return;
  putBack(forms[0], pairs);
  forms[0].closest("details")?.setAttribute("open", "");
}

function putBack(form, pairs) {
  form.querySelectorAll(TYPED).forEach((control) => {
    if (control.closest(".cf-file")) return;
    const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else if (values.length) [control.value] = values;
  });
}

export function keepHere(form) {
  sessionStorage.setItem(place(form), written(form));
}

export function bringBack(form) {
  const text = sessionStorage.getItem(place(form));
  sessionStorage.removeItem(place(form));
  if (!text || form.querySelector("[data-error-summary]")) return;
  const pairs = JSON.parse(text);
  const before = written(form);
  putBack(form, pairs);
  if (written(form) !== before) form.dispatchEvent(new Event("input")); // else the server has it all
}
