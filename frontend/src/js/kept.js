// What was typed and may not have reached the server waits in this tab, for the holder of the step alone, and comes
// back with the form: after a session that ended, a lost connection, a page that had grown old.
const OURS = /^(csrf_token$|_)/;
const TYPED = "input:not([type=hidden]):not([type=file]), select, textarea";

const place = (form) => `${form.dataset.draft} ${form.dataset.holder}`;

// What stands in the form, as one text.
export function written(form) {
  return JSON.stringify([...new FormData(form)].filter(([name, value]) => !OURS.test(name) && !(value instanceof File)));
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
  form.querySelectorAll(TYPED).forEach((control) => {
    if (control.closest(".cf-file")) return;
    const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else if (values.length) [control.value] = values;
  });
  if (written(form) !== before) form.dispatchEvent(new Event("input")); // else the server has it all
}
