// Checks the drawing while it is drawn: what the server finds is listed, marked on the element, and leads there.
import { kindOf } from "./panel.js";

const DELAY = 700;

export class Checking {
  constructor(section, modeler, setup, panel) {
    Object.assign(this, { section, modeler, setup, panel, marked: [], asked: 0, found: [] });
    this.list = section.querySelector("[data-findings]");
    this.count = section.querySelector("[data-findings-count]");
    this.list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-element]");
      if (button) this.lead(button.dataset.element);
    });
    section.querySelector("[data-check]")?.addEventListener("click", () => this.now());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), DELAY);
  }

  async now() {
    clearTimeout(this.timer);
    const number = (this.asked += 1);
    const { xml } = await this.modeler.saveXML({ format: true });
    try {
      const answer = await fetch(this.setup.check, {
        method: "POST", body: xml,
        headers: { "Content-Type": "application/xml", "X-CSRFToken": this.setup.token, Accept: "application/json" },
      });
      if (number !== this.asked) return;
      if (!answer.ok) return this.#unchecked();
      const told = await answer.json();
      this.found = told.findings;
      this.again();
      this.panel.told(told.readings, told.findings);
    } catch {
      this.#unchecked();
    }
  }

  // What the server found, after what the panel could not take.
  again() {
    this.#show([...this.panel.unmended(), ...this.found]);
  }

  #unchecked() {
    this.count.textContent = this.setup.words.unchecked;
    this.count.className = "cf-tag cf-tag--warn";
  }

  // What only follows from a finding is folded under it: neither counted nor marked.
  #show(all) {
    const findings = all.filter((each) => !each.follows);
    const errors = findings.filter((each) => each.level === "error").length;
    const { words } = this.setup;
    this.count.textContent = findings.length ? words.found.replace("{n}", findings.length) : words.clean;
    this.count.className = `cf-tag cf-tag--${errors ? "bad" : findings.length ? "warn" : "ok"}`;
    const items = findings.map((each) => this.#line(each));
    this.list.replaceChildren(...items);
    this.#fold(all, items);
    this.section.querySelector("[data-findings-box]").hidden = findings.length === 0;
    this.#mark(findings);
  }

  #fold(all, items) {
    const groups = [];
    for (const each of all) each.follows ? groups.at(-1).push(each) : groups.push([]);
    for (const [number, following] of groups.entries()) {
      if (!following.length) continue;
      const fold = document.createElement("details");
      fold.className = "cf-finding__fold";
      const words = document.createElement("summary");
      words.textContent = this.setup.words.following.replace("{n}", following.length);
      const list = document.createElement("ol");
      list.append(...following.map((each) => this.#line(each)));
      fold.append(words, list);
      items[number].append(fold);
    }
  }

  #line(finding) {
    const item = document.createElement("li");
    item.className = `cf-finding cf-finding--${finding.level}`;
    const registry = this.modeler.get("elementRegistry");
    const leads = finding.element && registry.get(finding.element);
    const line = document.createElement(leads ? "button" : "span");
    if (leads) Object.assign(line, { type: "button" }).dataset.element = finding.element;
    line.className = "cf-finding__line";
    const name = document.createElement("b");
    name.textContent = leads ? leads.businessObject.name || this.setup.kinds[kindOf(leads.businessObject)] || finding.element : finding.file;
    line.append(name, document.createTextNode(finding.text));
    item.append(line);
    return item;
  }

  #mark(findings) {
    const canvas = this.modeler.get("canvas");
    const registry = this.modeler.get("elementRegistry");
    for (const [id, name] of this.marked) if (registry.get(id)) canvas.removeMarker(id, name);
    this.marked = findings.filter((each) => registry.get(each.element)).map((each) => [each.element, `cf-mark--${each.level}`]);
    for (const [id, name] of this.marked) canvas.addMarker(id, name);
  }

  lead(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    const canvas = this.modeler.get("canvas");
    if (!element) return;
    canvas.setRootElement(canvas.findRoot(element));
    canvas.scrollToElement(element, { top: 80, bottom: 80, left: 120, right: 80 });
    this.modeler.get("selection").select(element);
  }
}
