// What may be drawn: the palette, the pad beside an element and its change menu offer what Caseflow runs.
const TASK = { append: "bpmn:UserTask", icon: "bpmn-icon-user-task" };
const NOT_IN_PALETTE = ["create.data-object", "create.data-store", "create.group", "create.participant-expanded"];
const NOT_IN_PAD = ["append.condition-intermediate-event", "append.compensation-activity"];
const NOT_IN_MENU = new RegExp([
  "conditional", "compensation", "link", "complex", "transaction", "ad-?hoc", "script", "cancel", "toggle-loop",
  "data-(store|object)", "is-collection", "multiplicity", "replace-with-task$", "multiple", "instantiate",
].join("|"), "i");
// Only inside an event sub-process may a start event wait for something.
const WAITING_STARTS = /^replace-with-(non-interrupting-)?(message|timer|signal|error|escalation)-start$/;

function without(entries, refused) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !refused(name)));
}

function Palette(palette, create, elementFactory, translate) {
  const start = (event) => create.start(event, elementFactory.createShape({ type: TASK.append }));
  const task = { group: "activity", className: TASK.icon, title: translate("Create user task"), action: { dragstart: start, click: start } };
  this.getPaletteEntries = () => (entries) => ({
    ...without(entries, (name) => NOT_IN_PALETTE.includes(name) || name === "create.task"),
    "create.user-task": task,
  });
  palette.registerProvider(500, this);
  // Few enough for one column at any height; two would cover the drawing.
  palette._needsCollapse = () => false;
}
Palette.$inject = ["palette", "create", "elementFactory", "translate"];

function Pad(contextPad, create, elementFactory, autoPlace, translate) {
  const shape = () => elementFactory.createShape({ type: TASK.append });
  const task = {
    group: "model", className: TASK.icon, title: translate("Append user task"),
    action: {
      click: (_event, element) => autoPlace.append(element, shape()),
      dragstart: (event, element) => create.start(event, shape(), { source: element }),
    },
  };
  this.getContextPadEntries = () => (entries) => {
    const kept = without(entries, (name) => NOT_IN_PAD.includes(name));
    if ("append.append-task" in kept) kept["append.append-task"] = task;
    return kept;
  };
  this.getMultiElementContextPadEntries = () => (entries) => entries;
  contextPad.registerProvider(500, this);
}
Pad.$inject = ["contextPad", "create", "elementFactory", "autoPlace", "translate"];

function Menu(popupMenu) {
  const offered = (element) => (name) =>
    !NOT_IN_MENU.test(name) && !(WAITING_STARTS.test(name) && !element.parent?.businessObject?.triggeredByEvent);
  this.getPopupMenuEntries = (element) => (entries) => without(entries, (name) => !offered(element)(name));
  this.getPopupMenuHeaderEntries = (element) => (entries) => without(entries, (name) => !offered(element)(name));
  popupMenu.registerProvider("bpmn-replace", 500, this);
}
Menu.$inject = ["popupMenu"];

export default {
  __init__: ["cfPalette", "cfPad", "cfMenu"],
  cfPalette: ["type", Palette],
  cfPad: ["type", Pad],
  cfMenu: ["type", Menu],
};
