// Unpacks the Chromium of the tests, with the libraries a bare machine lacks, beside its package.
import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const target = join(dirname(fileURLToPath(import.meta.url)), "node_modules", ".unpacked");
await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
process.env.TMPDIR = target;
process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs24.x"; // asks the package for those libraries too
const { default: chromium } = await import("@sparticuz/chromium");
await chromium.executablePath();
