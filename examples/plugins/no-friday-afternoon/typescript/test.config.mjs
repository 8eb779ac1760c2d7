// Tests are bundled like the plugin, then run by node's own test runner.
import { readdirSync } from "node:fs";

export default {
  input: readdirSync("test").filter((file) => file.endsWith(".test.ts")).map((file) => `test/${file}`),
  platform: "node",
  output: { dir: "build/test", format: "esm", entryFileNames: "[name].mjs" },
};
