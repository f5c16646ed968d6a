// Loads the heavier parts of a page only when they come near the window.
const ISLANDS = {
  bpmn: () => import("./bpmn.js"),
  designer: () => import("./designer/index.js"),
  insight: () => import("./insight.js"),
  sheet: () => import("./designer/sheet.js"),
};

async function wake(section) {
  try {
    const { start } = await ISLANDS[section.dataset.island]();
    await start(section);
  } catch (error) {
    section.querySelector("[data-fallback]")?.removeAttribute("hidden");
    console.warn("island", section.dataset.island, error);
  }
}

export function startIslands() {
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries.filter((each) => each.isIntersecting)) {
      observer.unobserve(entry.target);
      wake(entry.target);
    }
  }, { rootMargin: "300px" });
  document.querySelectorAll("[data-island]").forEach((section) => observer.observe(section));
}
