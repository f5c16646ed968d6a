// A decision table while somebody types: each cell says itself in words or what is wrong, the row of trying answers.
const DELAY = 500;

function grow(cell) {
  cell.style.height = "auto";
  cell.style.height = `${cell.scrollHeight + 2}px`;
}

function show(form, told) {
  for (const [at, { words, error }] of Object.entries(told.cells)) {
    const line = form.querySelector(`[data-said="${CSS.escape(at)}"]`);
    if (!line) continue;
    line.textContent = error || words;
    line.classList.toggle("cf-bad", Boolean(error));
    const cell = form.elements[`c:${at}`];
    if (error) cell.setAttribute("aria-invalid", "true");
    else cell.removeAttribute("aria-invalid");
  }
  for (const [key, { rules, answer }] of Object.entries(told.tried)) {
    form.querySelector(`[data-answer="${CSS.escape(key)}"]`).textContent = answer;
    document.getElementById(key).querySelectorAll("[data-rule]").forEach((row) => {
      row.classList.toggle("cf-sheet__hit", rules.includes(row.dataset.rule));
    });
  }
  for (const [key, findings] of Object.entries(told.findings)) {
    const list = form.querySelector(`[data-sheet-findings="${CSS.escape(key)}"]`);
    list.hidden = findings.length === 0;
    list.replaceChildren(...findings.map(({ level, text }) =>
      Object.assign(document.createElement("li"), { textContent: text, className: level === "error" ? "cf-bad" : "cf-warn" })));
  }
}

async function check(form, state) {
  const number = (state.asked += 1);
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST", body: new URLSearchParams(new FormData(form)),
      headers: { "X-CSRFToken": form.elements.csrf_token.value, Accept: "application/json" },
    });
    if (answer.ok && number === state.asked) show(form, await answer.json());
  } catch {
    // The next keystroke asks again.
  }
}

export async function start(form) {
  const state = { asked: 0, timer: 0, dirty: false };
  const typed = (control) => {
    if (!control.name?.startsWith("t:")) state.dirty = true;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => check(form, state), DELAY);
  };
  form.querySelectorAll("textarea").forEach((cell) => {
    grow(cell);
    // This script comes after the page: somebody may have begun to type before.
    if (cell.value !== cell.defaultValue) typed(cell);
  });
  form.addEventListener("input", ({ target }) => {
    if (target.matches("textarea")) grow(target);
    typed(target);
  });
  // Enter in a cell goes down, as in a spreadsheet; Shift Enter breaks the line.
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("textarea[name^='c:']");
    if (!cell || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    const [, key, row, column] = cell.name.split(":");
    form.elements[`c:${key}:${Number(row) + 1}:${column}`]?.focus();
  });
  form.querySelectorAll("[name=_do][value^='try:']").forEach((button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    check(form, state);
  }));
  form.addEventListener("submit", () => { state.dirty = false; });
  addEventListener("beforeunload", (event) => { if (state.dirty) event.preventDefault(); });
}
