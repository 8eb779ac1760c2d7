import { component } from "tidegate-sdk/plugin-kind";
import { rule } from "./rule.ts";

export const { plugin, plugin-kind } = component(rule);
