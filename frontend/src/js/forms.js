// Forms: error summary takes the focus, buttons rest while a form travels, fields hide as the form says.
function chosen(form, name) {
  return new FormData(form).getAll(name).map(String).filter((value) => value !== "");
}

function holds(form, prefix, [kind, name, value]) {
  const local = chosen(form, prefix + name);
  const values = local.length || form.elements[prefix + name] ? local : chosen(form, name);
  switch (kind) {
    case "=": return value === "" ? values.length === 0 : values.includes(value);
    case "!=": return value === "" ? values.length > 0 : !values.includes(value);
    case "!has": return !values.includes(value);
    case "!in": return !value.some((each) => values.includes(each));
    default: return false;
  }
}

function refresh(form) {
  form.querySelectorAll("[data-hide-when]").forEach((box) => {
    const { prefix, rule: [, ...parts] } = JSON.parse(box.dataset.hideWhen);
    box.hidden = parts.some((part) => holds(form, prefix, part));
    // A file chosen before its field was hidden stays chosen, but does not travel.
    box.querySelectorAll("input[type=file]").forEach((input) => { input.disabled = input.closest("[hidden]") !== null; });
  });
}

function once(form) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return undefined; // the page here stays as it is
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
