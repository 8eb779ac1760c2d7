import { component } from "tidegate-sdk/gate";
import { rule } from "./rule.ts";

export const { plugin, gate } = component(rule);
