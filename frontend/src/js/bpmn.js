// The drawing of a case: done steps green, current ones blue, sub-processes open by a click.
import Viewer from "bpmn-js/lib/Viewer";
import MoveCanvasModule from "diagram-js/lib/navigation/movecanvas";

const STROKE = "#76849b";
const DI = "http://www.omg.org/spec/BPMN/20100524/DI";
const LABEL_WIDTH = 72;
// The one sentence that the viewer says of itself.
const CHINESE = { "Open {element}": "展开“{element}”" };
const CAMUNDA = "http://camunda.org/schema/1.0/bpmn";

// Flows share stretches of their ways: the ones taken are drawn over those that were not.
function raise(registry, id) {
  const group = registry.getGraphics(id).parentNode;
  if (registry.get(id).waypoints) group.parentNode.append(group);
}

function mark(viewer, course) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  const overlays = viewer.get("overlays");
  const known = (id) => registry.get(id) !== undefined;
  course.done.filter(known).forEach((id) => {
    canvas.addMarker(id, "cf-mark--done");
    raise(registry, id);
  });
  course.current.filter(known).forEach((id) => canvas.addMarker(id, "cf-mark--current"));
  for (const [id, kind] of Object.entries(course.marks ?? {})) {
    if (!known(id)) continue;
    canvas.addMarker(id, `cf-mark--${kind}`);
    raise(registry, id);
  }
  for (const [id, words] of Object.entries(course.pills ?? {})) {
    if (!known(id)) continue;
    const pill = document.createElement("span");
    pill.className = "cf-diagram__pill";
    if (course.current.includes(id)) pill.classList.add("cf-diagram__pill--current");
    if (course.marks?.[id]) pill.classList.add(`cf-diagram__pill--${course.marks[id]}`);
    pill.textContent = words;
    overlays.add(id, { position: { top: -12, right: 34 }, html: pill });
  }
}

function say(template, values = {}) {
  const words = document.documentElement.lang.startsWith("zh") ? CHINESE : {};
  return (words[template] ?? template).replace(/{([^}]+)}/g, (_, name) => values[name] ?? "");
}

function fit(viewer, box) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const margin = 12;
  const width = box.clientWidth - 2 * margin;
  const scale = Math.min(Math.max(width / inner.width, 0.3), 1.25);
  const top = document.querySelector(".bjs-breadcrumbs-shown") ? 40 : margin;
  box.style.height = `${Math.min(Math.max(inner.height * scale + top + 44, 220), 1000)}px`;
  canvas.resized();
  canvas.viewbox({
    x: inner.x - margin / scale,
    y: inner.y - top / scale,
    width: box.clientWidth / scale,
    height: box.clientHeight / scale,
  });
}

function zoom(viewer, factor) {
  const canvas = viewer.get("canvas");
  canvas.zoom(canvas.zoom() * factor);
}

// Elements carry their English name in a property beside the Chinese one.
function inEnglish(text) {
  const drawing = new DOMParser().parseFromString(text, "application/xml");
  for (const property of drawing.getElementsByTagNameNS(CAMUNDA, "property")) {
    if (property.getAttribute("name") !== "name_en") continue;
    const element = property.parentNode.parentNode.parentNode; // properties, extensionElements
    if (element.hasAttribute("name")) element.setAttribute("name", property.getAttribute("value"));
  }
  // Labels were measured for Han characters; English words need a wider box about the same middle.
  for (const label of drawing.getElementsByTagNameNS(DI, "BPMNLabel")) {
    const bounds = label.firstElementChild;
    if (!bounds) continue;
    const missing = Math.max(0, LABEL_WIDTH - Number(bounds.getAttribute("width")));
    bounds.setAttribute("x", Number(bounds.getAttribute("x")) - missing / 2);
    bounds.setAttribute("width", Number(bounds.getAttribute("width")) + missing);
  }
  return new XMLSerializer().serializeToString(drawing);
}

// A change in words and its place in the drawing find each other.
function follow(viewer) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  let found = null;
  document.addEventListener("click", (event) => {
    const id = event.target.closest?.("[data-focus]")?.dataset.focus;
    if (!id) return;
    if (found) canvas.removeMarker(found, "cf-mark--found");
    found = registry.get(id) ? id : null;
    if (!found) return;
    canvas.addMarker(id, "cf-mark--found");
    canvas.scrollToElement(id, 80);
  });
  viewer.get("eventBus").on("element.click", ({ element }) => {
    const named = document.querySelector(`[data-focus="${CSS.escape(element.id)}"]`);
    document.querySelector(".cf-change--found")?.classList.remove("cf-change--found");
    named?.closest(".cf-change").classList.add("cf-change--found");
    named?.scrollIntoView({ block: "center" });
  });
}

// The drawing in its box, with the buttons of the section at work.
export async function show(section) {
  const box = section.querySelector("[data-canvas]");
  const answer = await fetch(section.dataset.drawing);
  if (!answer.ok) throw new Error(`drawing ${answer.status}`);
  const viewer = new Viewer({
    container: box,
    additionalModules: [MoveCanvasModule, { translate: ["value", say] }],
    bpmnRenderer: { defaultStrokeColor: STROKE, defaultLabelColor: "#162033" },
    // Names are measured outside the box, so the family is said, not inherited.
    textRenderer: {
      defaultStyle: { fontFamily: getComputedStyle(box).fontFamily, fontSize: 13 },
      externalStyle: { fontSize: 12 },
    },
  });
  const text = await answer.text();
  const isEnglish = document.documentElement.lang.startsWith("en");
  await viewer.importXML(isEnglish ? inEnglish(text) : text);
  fit(viewer, box);
  viewer.get("eventBus").on("root.set", () => requestAnimationFrame(() => fit(viewer, box)));
  new ResizeObserver(() => viewer.get("canvas").resized()).observe(box);
  section.querySelector("[data-zoom-in]")?.addEventListener("click", () => zoom(viewer, 1.2));
  section.querySelector("[data-zoom-out]")?.addEventListener("click", () => zoom(viewer, 1 / 1.2));
  section.querySelector("[data-zoom-fit]")?.addEventListener("click", () => fit(viewer, box));
  return viewer;
}

export async function start(section) {
  const viewer = await show(section);
  const course = JSON.parse(section.querySelector("script[type='application/json']").textContent);
  mark(viewer, course);
  if (course.marks) follow(viewer);
  section.dataset.ready = "yes";
}
