// A limit as people say it: a number of working days or days, one of the bureau's limits by name, or an expression.
const COUNTED = /^(working_days|days)\((\d{1,4})\)$/;
const NAMED = /^(working_days|days)\("(\w+)"\)$/;

function take(text) {
  const counted = COUNTED.exec(text);
  if (counted) return { unit: counted[1], value: counted[2] };
  const named = NAMED.exec(text);
  if (named) return { unit: "named", value: text };
  return { unit: text ? "expression" : "", value: text };
}

function isCounted(unit) {
  return unit === "working_days" || unit === "days";
}

// The limit as the file has it; null for what is none.
function put(unit, value) {
  if (isCounted(unit)) return /^\d{1,4}$/.test(value) ? `${unit}(${Number(value)})` : null;
  return unit ? value || null : "";
}

function wrongLine(id) {
  const line = document.createElement("p");
  Object.assign(line, { id: `${id}-wrong`, className: "cf-field__error", hidden: true });
  line.setAttribute("role", "alert");
  return line;
}

// What is no limit stays in the control and is told below it; `typed` brings it back when the panel is drawn anew.
export function dueControl(id, field, { text, typed, write, refuse }) {
  const box = document.createElement("div");
  box.className = "cf-panel__pair";
  const unit = document.createElement("select");
  Object.assign(unit, { className: "cf-input", id });
  for (const [value, words] of field.units) unit.add(new Option(words, value));
  const state = typed ?? take(text);
  unit.value = state.unit;
  const wrong = wrongLine(id);
  const tell = (control, words) => {
    wrong.textContent = words;
    wrong.hidden = !words;
    if (words) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  };
  const send = (control) => {
    const value = control.value.normalize("NFKC").trim();
    const said = put(unit.value, value);
    const words = said === null ? field.wrong[isCounted(unit.value) ? "days" : unit.value] : "";
    tell(control, words);
    if (words) refuse({ unit: unit.value, value: control.value, words });
    else write(said);
  };
  const second = () => {
    box.dataset.unit = unit.value;
    box.replaceChildren(unit);
    wrong.hidden = true;
    if (!unit.value) return;
    const control = document.createElement(unit.value === "named" ? "select" : "input");
    control.className = unit.value === "expression" ? "cf-input cf-panel__feel" : "cf-input";
    control.setAttribute("aria-label", field.label);
    control.setAttribute("aria-describedby", wrong.id);
    if (unit.value === "named") {
      for (const [value, words] of field.limits) control.add(new Option(words, value));
      if (state.unit === "named" && !field.limits.some(([value]) => value === state.value)) control.add(new Option(state.value, state.value));
    } else {
      control.inputMode = unit.value === "expression" ? "text" : "numeric";
      control.autocomplete = "off";
    }
    if (unit.value === state.unit) control.value = state.value;
    control.addEventListener("change", () => send(control));
    // A field that was left as empty as it came is not a limit either.
    control.addEventListener("blur", () => { if (put(unit.value, control.value.normalize("NFKC").trim()) === null) send(control); });
    box.append(control, wrong);
  };
  unit.addEventListener("change", () => {
    second();
    if (!unit.value) write("");
    else if (unit.value === "named") send(box.querySelector("select:not([id])"));
    else box.querySelector("input").focus();
  });
  second();
  if (typed) tell(box.querySelector("input, select:not([id])"), typed.words);
  return box;
}
