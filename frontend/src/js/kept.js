// What was typed and may not have reached the server waits in this tab, for the holder of the step alone, and comes
// back with the form: after a session that ended, a lost connection, a page that had grown old.
const OURS = /^(csrf_token$|_)/;
const TYPED = "input:not([type=hidden]):not([type=file]), select, textarea";

const place = (form) => `${form.dataset.draft} ${form.dataset.holder}`;

// What stands in the form, as one text.
export function written(form) {
  return JSON.stringify([...new FormData(form)].filter(([name, value]) => !OURS.test(name) && !(value instanceof File)));
}

// A form that asks once more who sits there carries what was typed: the way back takes it along to the page it leads
// to, for whoever sits there, also when the way leads through the door.
export function startBack() {
  const taken = `taken back ${document.body.dataset.holder}`;
  const kept = JSON.parse(sessionStorage.getItem(taken));
  if (kept && [kept.page, kept.to].includes(location.pathname)) {
    sessionStorage.removeItem(taken);
    fill(kept);
  }
  const way = document.querySelector("[data-take-back]");
  way?.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // opens elsewhere
    const form = way.closest("form");
    const pairs = [...new FormData(form)].filter(([name]) => !OURS.test(name));
    // A button sends for its page with all that was typed; only the door leads from there to this address instead.
    const to = way.getAttribute("formaction") ?? form.getAttribute("action");
    sessionStorage.setItem(taken, JSON.stringify({ page: way.pathname ?? location.pathname, to, pairs }));
  });
}

// Into the form that leads to the same act and into no other, which may be about something else.
function fill({ to, pairs }) {
  const form = [...document.forms].find((each) => each.getAttribute("action") === to);
  if (!form) return;
  putBack(form, pairs);
  form.closest("details")?.setAttribute("open", "");
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
