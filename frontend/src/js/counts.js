// Keeps the number of to-dos true while the tab is looked at: badge, tabs and document title together.
const EVERY = 60_000;
let seen = null;

function write(counts) {
  for (const [name, value] of Object.entries(counts)) {
    document.querySelectorAll(`[data-count="${name}"]`).forEach((element) => { element.textContent = value; });
  }
}

function announce(box, counts) {
  if (seen !== null && counts.all > seen) {
    const banner = document.getElementById("new-rows");
    if (banner) {
      banner.querySelector("[data-words]").textContent = banner.dataset.words.replace("{n}", counts.all - seen);
      banner.hidden = false;
    }
  }
  seen ??= counts.all;
  document.title = document.title.replace(/^(\(\d+\) )?/, counts.all ? `(${counts.all}) ` : "");
}

async function look(box) {
  if (document.visibilityState !== "visible") return;
  try {
    const answer = await fetch(box.dataset.counts, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const counts = await answer.json();
    write(counts);
    announce(box, counts);
  } catch {
    // The next look, a minute later, tries again.
  }
}

export function startCounts() {
  const box = document.querySelector("[data-counts]");
  if (!box) return;
  setInterval(() => look(box), EVERY);
  document.addEventListener("visibilitychange", () => look(box));
  look(box);
}
