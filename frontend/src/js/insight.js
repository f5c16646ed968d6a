// The insight into a process on its drawing: tints and pills on steps, widths and shares on flows.
import { show } from "./bpmn.js";

function pill(told) {
  const box = document.createElement(told.href ? "a" : "span");
  box.className = "cf-diagram__pill cf-diagram__pill--link";
  if (told.kind) box.classList.add(`cf-diagram__pill--${told.kind}`);
  if (told.href) box.href = told.href;
  box.textContent = told.text;
  box.title = told.title;
  return box;
}

function pills(overlays, id, told) {
  const box = document.createElement("div");
  box.className = "cf-diagram__pills";
  box.append(...told.map(pill));
  overlays.add(id, { position: { top: -12, left: 4 }, html: box });
}

// Where the flow leaves its branching there is room for its share.
function beginning(waypoints) {
  const [from, to] = waypoints;
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const along = Math.min(22, length / 2) / length;
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along };
}

// Under the flow's own name, else where it begins.
function share(registry, overlays, flow, told) {
  const box = pill({ ...told, text: told.share });
  box.className = "cf-diagram__share";
  const label = registry.get(`${flow.id}_label`);
  if (label) {
    box.classList.add("cf-diagram__share--under");
    overlays.add(label.id, { position: { left: label.width / 2, bottom: 1 }, html: box });
    return;
  }
  const at = beginning(flow.waypoints);
  const left = Math.min(...flow.waypoints.map((point) => point.x));
  const top = Math.min(...flow.waypoints.map((point) => point.y));
  overlays.add(flow.id, { position: { left: at.x - left, top: at.y - top }, html: box });
}

// Arrowheads grow with the width of their line unless they are told a size of their own.
function steadyArrows(box) {
  for (const arrow of box.querySelectorAll("marker:not([markerUnits])")) {
    arrow.setAttribute("markerUnits", "userSpaceOnUse");
    for (const side of ["markerWidth", "markerHeight"]) {
      arrow.setAttribute(side, String(Number(arrow.getAttribute(side)) * 1.8));
    }
  }
}

export async function start(section) {
  const told = JSON.parse(section.querySelector("script[type='application/json']").textContent);
  const viewer = await show(section);
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const overlays = viewer.get("overlays");
  const known = ([id]) => registry.get(id) !== undefined;
  for (const [id, heat] of Object.entries(told.heat).filter(known)) {
    canvas.addMarker(id, `cf-mark--heat-${heat}`);
  }
  for (const id of told.never.filter((each) => registry.get(each))) canvas.addMarker(id, "cf-mark--never");
  for (const [id, flow] of Object.entries(told.flows).filter(known)) {
    canvas.addMarker(id, "cf-mark--way");
    const line = registry.getGraphics(id).querySelector(".djs-visual > path");
    line.style.strokeWidth = `${flow.width}px`;
    if (flow.share) share(registry, overlays, registry.get(id), flow);
  }
  for (const [id, each] of Object.entries(told.pills).filter(known)) pills(overlays, id, each);
  const box = section.querySelector("[data-canvas]");
  steadyArrows(box);
  // A sub-process draws arrowheads of its own whenever it is opened.
  new MutationObserver(() => steadyArrows(box)).observe(box, { childList: true, subtree: true });
  section.dataset.ready = "yes";
}
