// Forms: error summary takes the focus, buttons rest while a form travels, fields hide as the form says.
function hidden(box, form) {
  const rule = JSON.parse(box.dataset.showWhen);
  return !rule.every(({ name, values }) => {
    const control = form.elements[name];
    if (!control) return true;
    const chosen = new FormData(form).getAll(name);
    return values.some((value) => chosen.includes(value));
  });
}

function refresh(form) {
  form.querySelectorAll("[data-show-when]").forEach((box) => { box.hidden = hidden(box, form); });
}

function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => { form.classList.add("cf-busy"); }, 300);
    return undefined;
  });
  addEventListener("pageshow", () => { delete form.dataset.sent; form.classList.remove("cf-busy"); });
}

function submitOnChange(control) {
  control.addEventListener("change", () => control.form?.requestSubmit());
}

export function startForms() {
  document.querySelector("[data-error-summary]")?.focus();
  document.querySelectorAll("form[method='post']").forEach(once);
  document.querySelectorAll("form[data-step]").forEach((form) => {
    form.addEventListener("input", () => refresh(form));
    refresh(form);
  });
  document.querySelectorAll("[data-submit-on-change]").forEach(submitOnChange);
}
