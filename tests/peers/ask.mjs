// Asks feelin, bpmn.io's interpreter of FEEL: questions as JSON on the input, answers on the output.
import { evaluate, unaryTest } from "feelin";

let input = "";
for await (const chunk of process.stdin) input += chunk;
const { questions, values } = JSON.parse(input);

function plain(value) {
  if (typeof value === "function") return { function: true };
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value === undefined ? null : value;
  if (value.constructor !== Object) return { written: String(value) };
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

function answer({ cell, text, input: subject }) {
  try {
    const found = cell ? unaryTest(text, { ...values, "?": subject }) : evaluate(text, values);
    return { value: plain(found.value) };
  } catch (error) {
    return { error: error.message };
  }
}

process.stdout.write(JSON.stringify(questions.map(answer)));
