import "./shut.ts";
import { baseline, documents } from "tidegate:policy/evidence@0.1.0";
import type { Request as Asked } from "tidegate:policy/gate@0.1.0";
import type { Report } from "../contract.ts";
import { answered } from "../failure.ts";
import type { Gate } from "../gate.ts";
import { describing, sound } from "../plugin.ts";

/** What a component of world `gate-plugin` exports: `export const { plugin, gate } = component(rule);` */
export function component<Settings>(rule: Gate<Settings>) {
  const evaluate = (request: Asked): Report =>
    answered(() => rule.evaluate({ ...request, settings: sound(rule, request.settings) }, { documents, baseline }));
  return { plugin: describing(rule), gate: { evaluate } };
}
