// The contract's types for TypeScript: `node sdk-types.mjs NODE_MODULES WIT OUT`. The generator is asked by itself, with the contract as text
// and a world that holds all of it; its command knows one world of a folder.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, wit, out] = process.argv.slice(2);
const generator = join(resolve(modules), "@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.js");
const { $init, generateTypes } = await import(pathToFileURL(generator).href);
await $init;

const PACKAGE = "package tidegate:policy@0.1.0;\n";
const WORLD = "world sdk { import evidence; import log; export plugin; export gate; export rollback; export severity; }\n";
const files = readdirSync(wit).filter((file) => file.endsWith(".wit")).sort();
const texts = files.map((file) => readFileSync(join(wit, file), "utf8").replace(PACKAGE, ""));

const options = { tlaCompat: false, features: { tag: "list", val: [] }, guest: true, flagsAsBigint: false };
const variants = { variantsInlineCases: false, useNamespaceObjects: false, enumValuesScreamingSnakeCase: false };
const source = { tag: "source", val: [PACKAGE, ...texts, WORLD].join("\n") };
for (const [file, bytes] of generateTypes("sdk", { wit: source, world: "sdk", ...options, ...variants })) {
  mkdirSync(dirname(join(out, file)), { recursive: true });
  writeFileSync(join(out, file), bytes);
}
