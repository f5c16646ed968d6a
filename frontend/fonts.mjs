// Puts the fonts of official papers, with their licence, where the documents room looks for them.
import { constants } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules", "@expo-google-fonts");
const out = join(here, "..", "caseflow", "documents", "fonts");
const families = { "noto-serif-sc": "NotoSerifSC", "noto-sans-sc": "NotoSansSC" };

await mkdir(out, { recursive: true });
for (const [folder, family] of Object.entries(families)) {
  for (const weight of ["400Regular", "700Bold"]) {
    const file = `${family}_${weight}.ttf`;
    await copyFile(join(packages, folder, weight, file), join(out, file), constants.COPYFILE_FICLONE);
  }
  await copyFile(join(packages, folder, "LICENSE_FONT"), join(out, `${family}-LICENSE.txt`));
}
console.log("fonts: in place");
