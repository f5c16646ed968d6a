// Follows a job until it ends: refreshes the part of the page that tells its progress.
export async function start(section) {
  const tick = async () => {
    if (document.visibilityState === "visible") {
      const answer = await fetch(section.dataset.url, { headers: { "HX-Request": "true" } });
      if (answer.ok) section.innerHTML = await answer.text();
    }
    if (section.querySelector("[data-running]")) setTimeout(tick, 3000);
  };
  setTimeout(tick, 3000);
}
