// From src/plugin.ts to a component: `tidegate plugin build` runs this and says where the contract lies and where the component goes.
// (`preview2-shim` is what componentize-js needs and does not name.)
import { componentize } from "@bytecodealliance/componentize-js";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";

const { name, tidegate } = JSON.parse(await readFile("package.json", "utf8"));
const { values } = parseArgs({
  options: { wit: { type: "string", default: "build/wit" }, out: { type: "string", default: `${name}.wasm` } },
});

// One file of plain JavaScript: the toolchain knows neither TypeScript nor node_modules. What the host offers stays an import.
const script = join("build", "plugin.js");
const bundle = await rolldown({ input: "src/plugin.ts", external: /^tidegate:/ });
await bundle.write({ file: script, format: "esm" });
await bundle.close();

const { component } = await componentize({
  sourcePath: script,
  witPath: values.wit,
  worldName: `${tidegate.kind}-plugin`,
  // A plugin imports the contract and nothing else: no clock, no randomness, no output, no network.
  disableFeatures: ["stdio", "random", "clocks", "http", "fetch-event"],
});
await mkdir(dirname(values.out), { recursive: true });
await writeFile(values.out, component);
