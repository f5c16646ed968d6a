// The panel beside the drawing: which settings an element has comes from the server, with its words and choices.
import { dueControl } from "./due.js";

const KINDS = [
  ["bpmn:SequenceFlow", "flow"], ["bpmn:Lane", "lane"], ["bpmn:Participant", "process"], ["bpmn:Process", "process"], ["bpmn:Collaboration", "process"],
  ["bpmn:UserTask", "userTask"], ["bpmn:ManualTask", "manualTask"], ["bpmn:ServiceTask", "serviceTask"],
  ["bpmn:BusinessRuleTask", "businessRuleTask"], ["bpmn:SendTask", "sendTask"], ["bpmn:ReceiveTask", "receiveTask"],
  ["bpmn:CallActivity", "callActivity"], ["bpmn:SubProcess", "subProcess"], ["bpmn:EndEvent", "endEvent"],
  ["bpmn:StartEvent", "startEvent"], ["bpmn:BoundaryEvent", "event"], ["bpmn:IntermediateCatchEvent", "event"],
  ["bpmn:IntermediateThrowEvent", "event"], ["bpmn:Gateway", "gateway"],
];
const EVENT_KINDS = {
  "bpmn:TimerEventDefinition": "timer", "bpmn:MessageEventDefinition": "message", "bpmn:SignalEventDefinition": "signal",
  "bpmn:ErrorEventDefinition": "error", "bpmn:EscalationEventDefinition": "escalation",
};
const PLAIN_NAME = /^[A-Za-z_][\w.-]*$/;

export function kindOf(object) {
  return KINDS.find(([type]) => object.$instanceOf?.(type))?.[1] ?? "other";
}

// The parts of the panel that an element shows, in order.
function groupsOf(object, kind) {
  const groups = ["general", kind];
  const event = object.eventDefinitions?.[0]?.$type;
  if (EVENT_KINDS[event]) groups.push(EVENT_KINDS[event]);
  if (kind === "receiveTask" || kind === "sendTask") groups.push("message");
  if (object.loopCharacteristics?.$type === "bpmn:MultiInstanceLoopCharacteristics") groups.push("repeat");
  return groups;
}

export class Panel {
  constructor(box, modeler, values, setup) {
    Object.assign(this, { box, values, setup, readings: {}, findings: [] });
    // What was typed and is no value, by element and setting, until it is mended.
    this.wrong = new Map();
    this.canvas = modeler.get("canvas");
    this.registry = modeler.get("elementRegistry");
    this.modeling = modeler.get("modeling");
    values.elementOf = (id) => this.registry.get(id);
    const bus = modeler.get("eventBus");
    bus.on("selection.changed", ({ newSelection }) => { this.show(newSelection.length === 1 ? newSelection[0] : null); });
    // A field writes while the focus is on its way to the next one, which must not be drawn anew under it.
    bus.on("commandStack.changed", () => { setTimeout(() => this.refresh()); });
    bus.on("root.set", () => { this.show(null); });
  }

  show(element) {
    this.element = this.#settled(element);
    this.draw();
  }

  // Labels stand for their element; with nothing selected the panel is that of the process.
  #settled(element) {
    if (!element) {
      const root = this.canvas.getRootElement();
      const pool = this.registry.filter((each) => each.businessObject?.$type === "bpmn:Participant" && each.parent === root)[0];
      return pool ?? root;
    }
    return element.labelTarget ?? element;
  }

  refresh() {
    if (this.box.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return this.tell();
    if (this.element?.parent === null && this.element !== this.canvas.getRootElement()) this.element = this.#settled(null);
    return this.draw();
  }

  draw() {
    const object = this.element.businessObject;
    const kind = kindOf(object);
    const head = document.createElement("header");
    head.className = "cf-panel__head";
    head.append(this.#text("span", "cf-panel__kind", this.setup.kinds[kind] ?? object.$type.slice(5)));
    head.append(this.#text("h2", "cf-panel__name", object.name || this.#processOf(object)?.name || this.setup.words.unnamed));
    const groups = groupsOf(object, kind).filter((name) => this.setup.groups[name]).map((name) => this.#group(name));
    this.box.replaceChildren(head, ...groups);
    this.tell();
  }

  #processOf(object) {
    if (object.$type === "bpmn:Participant") return object.processRef;
    return object.$type === "bpmn:Collaboration" ? object.participants?.[0]?.processRef : null;
  }

  #text(tag, name, words) {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = words;
    return element;
  }

  #group(name) {
    const about = this.setup.groups[name];
    const isProcess = kindOf(this.element.businessObject) === "process";
    const fields = about.fields.filter((field) => !(isProcess && field.name === "id")).map((field) => this.#field(field));
    const section = document.createElement("section");
    section.className = "cf-panel__group";
    if (about.title) section.append(this.#text("h3", "cf-panel__title", about.title));
    section.append(...fields);
    return section;
  }

  // Settings of the process hang on the process, also where a pool is drawn around it.
  #target(field) {
    const process = field.on === "process" && this.#processOf(this.element.businessObject);
    return process ? Object.assign(Object.create(this.element), { businessObject: process }) : this.element;
  }

  #field(field) {
    if (field.kind === "words") return this.#text("p", "cf-field__hint", field.label);
    const box = document.createElement("div");
    const id = `panel-${field.place}-${field.name ?? ""}`.replaceAll(":", "-");
    box.className = "cf-field";
    box.dataset.field = field.key ?? field.name ?? field.place;
    const label = document.createElement("label");
    label.className = "cf-field__label";
    label.htmlFor = id;
    label.textContent = field.label;
    const control = this.#control(field, id);
    if (field.kind === "check") {
      label.className = "cf-choice";
      label.prepend(control);
      box.append(label);
    } else box.append(label, control);
    if (field.hint) box.append(this.#text("p", "cf-field__hint", field.hint));
    const reading = this.#text("p", "cf-panel__reading", "");
    reading.dataset.reading = field.place === "attribute" || field.place === "property" ? field.name : field.place;
    reading.hidden = true;
    box.append(reading);
    return box;
  }

  #control(field, id) {
    const target = this.#target(field);
    const value = this.values.read(target, field);
    const write = (text) => this.#write(target, field, text);
    if (field.kind === "due") return this.#due(id, field, value, write);
    if (field.kind === "timer") return this.#timer(id, field, value, write);
    if (field.kind === "check") return this.#check(id, value, write);
    if (field.kind === "select") return this.#select(id, field, value, write);
    const input = document.createElement(field.kind === "long" ? "textarea" : "input");
    input.className = field.mono ? "cf-input cf-panel__feel" : "cf-input";
    input.id = id;
    input.value = value;
    input.spellcheck = false;
    input.autocomplete = "off";
    if (field.kind === "long") input.rows = 3;
    if (field.place === "event") input.setAttribute("list", this.#offer(id, input, field));
    input.addEventListener("change", () => write(input.value.trim()));
    return input;
  }

  #due(id, field, text, write) {
    const object = this.element.businessObject;
    const key = `${field.place}:${field.name}`;
    const keep = (typed) => {
      const { [key]: _old, ...others } = this.wrong.get(object) ?? {};
      this.wrong.set(object, typed ? { ...others, [key]: typed } : others);
      this.box.dispatchEvent(new CustomEvent("cf:wrong", { bubbles: true }));
    };
    const mend = (said) => {
      keep(null);
      write(said);
    };
    return dueControl(id, field, { text, typed: this.wrong.get(object)?.[key], write: mend, refuse: keep });
  }

  // What is typed wrongly on elements that are still drawn, as findings.
  unmended() {
    return [...this.wrong].filter(([object]) => this.registry.get(object.id)).flatMap(([object, fields]) =>
      Object.values(fields).map(({ words }) => ({ level: "error", element: object.id, file: this.setup.file, text: words })));
  }

  #offer(id, input, field) {
    const list = document.createElement("datalist");
    list.id = `${id}-known`;
    list.append(...this.values.known(field.name).map((name) => new Option(name, name)));
    queueMicrotask(() => input.after(list));
    return list.id;
  }

  #write(target, field, text) {
    if (field.name === "id" && (!PLAIN_NAME.test(text) || (this.registry.get(text) && text !== target.businessObject.id))) return this.draw();
    if (field.renames) {
      const chosen = field.choices.find(([value]) => value === text);
      this.modeling.updateProperties(target, { id: text, name: chosen[1] });
      this.values.write(target, { place: "property", name: "name_en" }, chosen[2] ?? "");
      return this.draw();
    }
    return this.values.write(target, field, text);
  }

  #check(id, value, write) {
    const input = document.createElement("input");
    input.type = "checkbox";
    input.id = id;
    input.checked = value === true || value === "true" || value === "required";
    input.addEventListener("change", () => write(input.checked));
    return input;
  }

  #select(id, field, value, write) {
    const select = document.createElement("select");
    select.className = "cf-input";
    select.id = id;
    const known = field.choices.some(([each]) => each === value);
    if (field.any !== undefined) select.add(new Option(field.any, ""));
    for (const [each, words] of field.choices) select.add(new Option(words, each));
    if (!known && value) {
      const words = (part) => field.choices.find(([each]) => each === part.trim())?.[1] ?? part;
      select.add(new Option(value.split(",").map(words).join(", "), value));
    }
    if (!known && !value && field.any === undefined) select.prepend(new Option("", ""));
    select.value = value;
    select.addEventListener("change", () => write(select.value));
    return select;
  }

  #timer(id, field, { kind, text }, write) {
    const box = document.createElement("div");
    box.className = "cf-panel__pair";
    const select = document.createElement("select");
    select.className = "cf-input";
    select.setAttribute("aria-label", field.label);
    for (const [each, words] of field.choices) select.add(new Option(words, each));
    select.value = kind;
    const input = document.createElement("input");
    Object.assign(input, { className: "cf-input cf-panel__feel", id, value: text, spellcheck: false, autocomplete: "off" });
    const send = () => write({ kind: select.value, text: input.value.trim() });
    select.addEventListener("change", send);
    input.addEventListener("change", send);
    box.append(select, input);
    return box;
  }

  // What the server found and how it reads the expressions of the element shown.
  told(readings, findings) {
    this.readings = readings;
    this.findings = findings;
    this.tell();
  }

  tell() {
    const id = this.element?.businessObject.id;
    const words = this.readings[id] ?? {};
    this.box.querySelectorAll("[data-reading]").forEach((line) => {
      // A limit that the controls show as such needs no reading.
      const isPlain = line.parentNode.querySelector("[data-unit]")?.dataset.unit !== "expression" && line.dataset.reading === "camunda:dueDate";
      line.textContent = isPlain ? "" : words[line.dataset.reading] ?? "";
      line.hidden = !line.textContent;
    });
    this.box.querySelector(".cf-panel__findings")?.remove();
    const own = this.findings.filter((each) => each.element === id);
    if (!own.length) return;
    const list = this.#text("ul", "cf-panel__findings", "");
    list.append(...own.map((each) => this.#text("li", each.level === "error" ? "cf-bad" : "cf-warn", each.text)));
    this.box.querySelector(".cf-panel__head").after(list);
  }
}
