// bpmn-engine from npm does the plan that comes on the input; its times and sizes go out as JSON.
// The drawing is parsed once and left out of the state, which is the fastest way that it offers.
import { Engine } from "bpmn-engine";
import BpmnModdle from "bpmn-moddle";
import * as elements from "bpmn-elements";
import serializer, { TypeResolver } from "moddle-context-serializer";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { drawing, cases, plan } = JSON.parse(input);

const parsed = await new BpmnModdle().fromXML(drawing);
const sourceContext = serializer(parsed, TypeResolver(elements));

async function stored(engine) {
  const state = await engine.getState();
  for (const definition of state.definitions) delete definition.source;
  return JSON.stringify(state);
}

async function begin() {
  const engine = new Engine({ name: "evaluation", sourceContext });
  await engine.execute();
  const state = await stored(engine);
  await engine.stop();
  return state;
}

async function step(state, element, values) {
  const engine = new Engine({ name: "evaluation", sourceContext });
  engine.recover(JSON.parse(state));
  const execution = await engine.resume();
  const definition = execution.definitions[0];
  definition.getProcesses()[0].environment.assignVariables(values);
  definition.signal({ id: element });
  const after = await stored(engine);
  if (execution.isRunning) await engine.stop();
  return after;
}

function open(execution) {
  return execution.getPostponed().map((activity) => activity.id);
}

const starts = [];
const steps = [];
for (let index = 0; index < cases; index += 1) {
  let before = performance.now();
  let state = await begin();
  starts.push(performance.now() - before);
  const taken = [];
  for (const [element, values] of plan) {
    before = performance.now();
    state = await step(state, element, values);
    taken.push([performance.now() - before, Buffer.byteLength(state)]);
  }
  steps.push(taken);
  const last = new Engine({ name: "evaluation", sourceContext }).recover(JSON.parse(state));
  if (last.state !== "idle" && open(last.execution).length) throw new Error("the plan was not done");
}
process.stdout.write(JSON.stringify({ starts, steps }));
