import "./shut.ts";
import type { Observation, Report } from "tidegate:policy/rollback@0.1.0";
import { answered } from "../failure.ts";
import { describing, sound } from "../plugin.ts";
import type { Rollback } from "../rollback.ts";

/** What a component of world `rollback-plugin` exports: `export const { plugin, rollback } = component(rule);` */
export function component<Settings>(rule: Rollback<Settings>) {
  const lookback = (settings: string): bigint => answered(() => rule.lookback(sound(rule, settings)));
  const evaluate = (observation: Observation): Report =>
    answered(() => rule.evaluate({ ...observation, settings: sound(rule, observation.settings) }));
  return { plugin: describing(rule), rollback: { lookback, evaluate } };
}
