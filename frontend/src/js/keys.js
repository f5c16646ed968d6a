// Keyboard of the whole product. Single keys rest while someone types or an input method composes.
const PLACES = { i: "inbox", c: "cases", t: "taxpayers", d: "dashboard" };
let waitingForPlace = false;

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function press(selector) {
  const element = document.querySelector(selector);
  if (!element) return false;
  element.click();
  return true;
}

function focusOn(selector) {
  const element = document.querySelector(selector);
  if (!element) return false;
  element.focus();
  element.scrollIntoView({ block: "center" });
  return true;
}

function withControl(event) {
  const key = event.key.toLowerCase();
  if (key === "k") return focusOn("#q");
  if (key === "enter") return press("form[data-step] [data-submit]");
  if (key === "s") {
    const save = document.querySelector("form[data-save-key] button[name=_do][value=save]");
    if (save) save.form.requestSubmit(save);
    const form = document.querySelector("form[data-draft]");
    if (!form) return Boolean(save);
    form.dispatchEvent(new CustomEvent("cf:save"));
    return true;
  }
  return false;
}

function withoutControl(event) {
  if (waitingForPlace) {
    waitingForPlace = false;
    return press(`[data-place="${PLACES[event.key] ?? "none"}"]`);
  }
  switch (event.key) {
    case "/": return focusOn("#q");
    case "?": return press("[data-open-dialog='keys']");
    case "g": waitingForPlace = true; return true;
    case "[": return press("[data-previous]");
    case "]": return press("[data-next]");
    case "e": return focusOn("[data-evidence]");
    case "f": return focusOn("form[data-step] :is(input:not([type=hidden]), select, textarea)");
    default: return false;
  }
}

export function startKeys() {
  const singleKeysAllowed = document.body.dataset.singleKeys !== "off";
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.altKey) return;
    const handled = event.ctrlKey || event.metaKey
      ? withControl(event)
      : singleKeysAllowed && !isTyping(event.target) && withoutControl(event);
    if (handled) event.preventDefault();
  });
}
