// The modeller of a draft's drawing: draws, checks while one draws, saves, and loses nothing.
import Modeler from "bpmn-js/lib/Modeler";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import { Checking } from "./checking.js";
import { Panel } from "./panel.js";
import parts from "./parts.js";
import { Saving } from "./saving.js";
import translating from "./translate.js";
import { Values } from "./values.js";

const STROKE = "#5b6880";
const PALETTE = 76;

function made(box) {
  return new Modeler({
    container: box,
    additionalModules: [parts, translating(document.documentElement.lang)],
    moddleExtensions: { camunda },
    bpmnRenderer: { defaultStrokeColor: STROKE, defaultLabelColor: "#162033" },
    textRenderer: {
      defaultStyle: { fontFamily: getComputedStyle(box).fontFamily, fontSize: 13 },
      externalStyle: { fontSize: 12 },
    },
  });
}

// The whole drawing beside the palette; a wide one begins at its left edge, large enough to read.
function fit(modeler, box) {
  const canvas = modeler.get("canvas");
  const { inner } = canvas.viewbox();
  const width = box.clientWidth - PALETTE - 24;
  const height = box.clientHeight - 48;
  const scale = Math.min(Math.max(Math.min(width / inner.width, height / inner.height), 0.55), 1.2);
  const spare = Math.max(0, (height - inner.height * scale) / 2);
  canvas.viewbox({
    x: inner.x - PALETTE / scale,
    y: inner.y - (24 + spare) / scale,
    width: box.clientWidth / scale,
    height: box.clientHeight / scale,
  });
}

function tools(section, modeler, box) {
  const press = (name, act) => section.querySelector(`[data-tool="${name}"]`)?.addEventListener("click", act);
  const stack = modeler.get("commandStack");
  const canvas = modeler.get("canvas");
  press("undo", () => stack.undo());
  press("redo", () => stack.redo());
  press("in", () => canvas.zoom(canvas.zoom() * 1.2));
  press("out", () => canvas.zoom(canvas.zoom() / 1.2));
  press("fit", () => fit(modeler, box));
  const lights = () => {
    section.querySelector('[data-tool="undo"]').disabled = !stack.canUndo();
    section.querySelector('[data-tool="redo"]').disabled = !stack.canRedo();
  };
  modeler.get("eventBus").on("commandStack.changed", lights);
  lights();
}

function keys(section, modeler, saving) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.isComposing) return;
    if (event.key.toLowerCase() === "s") {
      event.preventDefault();
      event.stopPropagation();
      document.activeElement?.blur?.();
      saving.now();
    }
  }, true);
}

export async function start(section) {
  const box = section.querySelector("[data-canvas]");
  const setup = JSON.parse(section.querySelector("script[type='application/json']").textContent);
  const answer = await fetch(setup.drawing);
  if (!answer.ok) throw new Error(`drawing ${answer.status}`);
  const modeler = made(box);
  await modeler.importXML(await answer.text());
  const values = new Values(modeler);
  const panel = new Panel(section.querySelector("[data-panel]"), modeler, values, setup);
  const checking = new Checking(section, modeler, setup, panel);
  const saving = new Saving(section, modeler, setup, panel);
  tools(section, modeler, box);
  keys(section, modeler, saving);
  modeler.get("eventBus").on("commandStack.changed", () => {
    checking.later();
    saving.later();
  });
  section.addEventListener("cf:wrong", () => {
    checking.again();
    saving.again();
  });
  new ResizeObserver(() => modeler.get("canvas").resized()).observe(box);
  panel.show(null);
  await checking.now();
  fit(modeler, box);
  const wanted = modeler.get("elementRegistry").get(new URLSearchParams(location.search).get("element"));
  if (wanted) checking.lead(wanted.id);
  section.dataset.ready = "yes";
}
