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

function put(unit, value) {
  if (unit === "working_days" || unit === "days") return /^\d{1,4}$/.test(value) ? `${unit}(${Number(value)})` : null;
  return unit ? value : "";
}

export function dueControl(id, field, text, write) {
  const box = document.createElement("div");
  box.className = "cf-panel__pair";
  const unit = document.createElement("select");
  Object.assign(unit, { className: "cf-input", id });
  for (const [value, words] of field.units) unit.add(new Option(words, value));
  const state = take(text);
  unit.value = state.unit;
  const send = (value) => {
    const said = put(unit.value, value.trim());
    if (said !== null) write(said);
  };
  const second = () => {
    box.dataset.unit = unit.value;
    box.replaceChildren(unit);
    if (!unit.value) return;
    const control = document.createElement(unit.value === "named" ? "select" : "input");
    control.className = unit.value === "expression" ? "cf-input cf-panel__feel" : "cf-input";
    control.setAttribute("aria-label", field.label);
    if (unit.value === "named") {
      for (const [value, words] of field.limits) control.add(new Option(words, value));
      if (state.unit === "named" && !field.limits.some(([value]) => value === state.value)) control.add(new Option(state.value, state.value));
    } else {
      control.inputMode = unit.value === "expression" ? "text" : "numeric";
      control.autocomplete = "off";
    }
    if (unit.value === state.unit) control.value = state.value;
    control.addEventListener("change", () => send(control.value));
    box.append(control);
  };
  unit.addEventListener("change", () => {
    second();
    if (!unit.value) write("");
    else if (unit.value === "named") send(box.lastChild.value);
    else box.lastChild.focus();
  });
  second();
  return box;
}
