// Where each setting of the panel lives in the drawing: attributes, camunda:properties, conditions, timers, names of
// messages. Reading and writing goes through bpmn-js, so that undo and files of other modelers keep working.
const EVENTS = {
  message: { definition: "bpmn:MessageEventDefinition", root: "bpmn:Message", ref: "messageRef", key: "name" },
  signal: { definition: "bpmn:SignalEventDefinition", root: "bpmn:Signal", ref: "signalRef", key: "name" },
  error: { definition: "bpmn:ErrorEventDefinition", root: "bpmn:Error", ref: "errorRef", key: "errorCode" },
  escalation: { definition: "bpmn:EscalationEventDefinition", root: "bpmn:Escalation", ref: "escalationRef", key: "escalationCode" },
};

export class Values {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.factory = modeler.get("bpmnFactory");
    this.definitions = () => modeler.getDefinitions();
  }

  read(element, field) {
    const object = element.businessObject;
    switch (field.place) {
      case "attribute": return object.get(field.name) ?? "";
      case "property": return this.#property(object, field.name)?.value ?? "";
      case "condition": return object.conditionExpression?.body ?? "";
      case "default": return object.sourceRef?.default === object;
      case "timer": return this.#timer(object);
      case "event": return this.#event(object, field.name).root?.[EVENTS[field.name].key] ?? "";
      case "repeat": return object.loopCharacteristics?.get(field.name) ?? "";
      case "repeat-text": return object.loopCharacteristics?.get(field.name)?.body ?? "";
      default: throw new Error(`no place ${field.place}`);
    }
  }

  write(element, field, value) {
    const object = element.businessObject;
    const set = value === "" ? undefined : value;
    switch (field.place) {
      case "attribute": return this.modeling.updateProperties(element, { [field.name]: set, ...field.with });
      case "property": return this.#writeProperty(element, field.name, value);
      case "condition": return this.modeling.updateProperties(element, { conditionExpression: this.#expression(value) });
      case "default": return this.#writeDefault(object, value);
      case "timer": return this.#writeTimer(element, value);
      case "event": return this.#writeEvent(element, field.name, value);
      case "repeat": return this.modeling.updateModdleProperties(element, object.loopCharacteristics, { [field.name]: set });
      case "repeat-text":
        return this.modeling.updateModdleProperties(element, object.loopCharacteristics, { [field.name]: this.#expression(value) });
      default: throw new Error(`no place ${field.place}`);
    }
  }

  #expression(text) {
    return text === "" ? undefined : this.factory.create("bpmn:FormalExpression", { body: text });
  }

  #properties(object) {
    return object.extensionElements?.get("values").find((each) => each.$type === "camunda:Properties");
  }

  #property(object, name) {
    return this.#properties(object)?.get("values").find((each) => each.name === name);
  }

  #writeProperty(element, name, value) {
    const object = element.businessObject;
    const kept = this.#properties(object);
    const found = this.#property(object, name);
    if (found && value !== "") return this.modeling.updateModdleProperties(element, found, { value });
    if (found) {
      const values = kept.get("values").filter((each) => each !== found);
      return this.modeling.updateModdleProperties(element, kept, { values });
    }
    if (value === "") return undefined;
    const property = this.factory.create("camunda:Property", { name, value });
    if (kept) {
      property.$parent = kept;
      return this.modeling.updateModdleProperties(element, kept, { values: [...kept.get("values"), property] });
    }
    const made = this.factory.create("camunda:Properties", { values: [property] });
    property.$parent = made;
    const around = object.extensionElements;
    if (around) {
      made.$parent = around;
      return this.modeling.updateModdleProperties(element, around, { values: [...around.get("values"), made] });
    }
    const extension = this.factory.create("bpmn:ExtensionElements", { values: [made] });
    made.$parent = extension;
    extension.$parent = object;
    return this.modeling.updateProperties(element, { extensionElements: extension });
  }

  #writeDefault(object, value) {
    const source = this.elementOf(object.sourceRef.id);
    this.modeling.updateProperties(source, { default: value ? object : undefined });
  }

  #timer(object) {
    const timer = object.eventDefinitions?.[0];
    const kind = ["timeDuration", "timeDate", "timeCycle"].find((each) => timer?.[each]) ?? "timeDuration";
    return { kind, text: timer?.[kind]?.body ?? "" };
  }

  #writeTimer(element, { kind, text }) {
    const timer = element.businessObject.eventDefinitions[0];
    const none = { timeDuration: undefined, timeDate: undefined, timeCycle: undefined };
    this.modeling.updateModdleProperties(element, timer, { ...none, [kind]: this.#expression(text) });
  }

  // A task names its message itself, an event by its definition.
  #event(object, kind) {
    const about = EVENTS[kind];
    const holder = object.eventDefinitions?.find((each) => each.$type === about.definition) ?? object;
    return { ...about, holder, root: holder.get(about.ref) };
  }

  #writeEvent(element, kind, value) {
    const { root: type, ...about } = EVENTS[kind];
    const { holder } = this.#event(element.businessObject, kind);
    if (value === "") return this.modeling.updateModdleProperties(element, holder, { [about.ref]: undefined });
    const definitions = this.definitions();
    const roots = definitions.get("rootElements");
    let root = roots.find((each) => each.$type === type && each.get(about.key) === value);
    if (!root) {
      root = this.factory.create(type, { name: value, [about.key]: value });
      root.$parent = definitions;
      this.modeling.updateModdleProperties(element, definitions, { rootElements: [...roots, root] });
    }
    return this.modeling.updateModdleProperties(element, holder, { [about.ref]: root });
  }

  // What the drawing calls its messages, signals, errors or escalations so far.
  known(kind) {
    const { root: type, key } = EVENTS[kind];
    return this.definitions().get("rootElements").filter((each) => each.$type === type).map((each) => each.get(key)).filter(Boolean);
  }
}
