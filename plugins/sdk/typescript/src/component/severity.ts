import "./shut.ts";
import type { Classification, Incident } from "tidegate:policy/severity@0.1.0";
import { answered } from "../failure.ts";
import { describing, sound } from "../plugin.ts";
import type { Severity } from "../severity.ts";

/** What a component of world `severity-plugin` exports: `export const { plugin, severity } = component(rule);` */
export function component<Settings>(rule: Severity<Settings>) {
  const classify = (incident: Incident): Classification =>
    answered(() => rule.classify({ ...incident, settings: sound(rule, incident.settings) }));
  return { plugin: describing(rule), severity: { classify } };
}
