// Opens a drawing or tables as bpmn.io's modelers do, changes one name, and saves it again.
import { createRequire } from "node:module";
import { BpmnModdle } from "bpmn-moddle";
import { DmnModdle } from "dmn-moddle";

const camunda = createRequire(import.meta.url)("camunda-bpmn-moddle/resources/camunda.json");

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { file, xml, id, name } = JSON.parse(input);

const isDrawing = file.endsWith(".bpmn");
const moddle = isDrawing ? new BpmnModdle({ camunda }) : new DmnModdle();
const { rootElement, elementsById, warnings } = isDrawing
  ? await moddle.fromXML(xml)
  : await moddle.fromXML(xml, "dmn:Definitions");
if (id) elementsById[id].name = name;
const saved = await moddle.toXML(rootElement, { format: true });
process.stdout.write(
  JSON.stringify({ xml: saved.xml, warnings: warnings.map((each) => each.message) }),
);
