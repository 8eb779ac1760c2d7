/** What every kind of plugin says of itself, and how its settings are read. */
import type { Description, Problem } from "./contract.ts";
import { BadSettings } from "./failure.ts";

/** A JSON Schema (2020-12); `$ref` stays inside it. */
export type Schema = Record<string, unknown>;

/** Who the plugin is. */
export interface About extends Omit<Description, "settingsSchema"> {
  /** The schema of the settings: the host holds every policy against it before it loads, so a rule reads what fits. */
  settingsSchema: Schema;
}

/** What a plugin of any kind has. */
export interface Described<Settings> {
  /** Called when it is loaded. */
  describe(): About;
  /** Makes the rule's settings of JSON that fits the schema: the place for defaults. Without it they are taken as they are. */
  settings?(given: any): Settings;
  /** What the schema cannot express; every problem at once. */
  problems?(settings: Settings): Problem[];
}

/** The settings of that JSON. */
export function read<Settings>(rule: Described<Settings>, json: string): Settings {
  const given: unknown = JSON.parse(json);
  return rule.settings ? rule.settings(given) : (given as Settings);
}

/** The settings of that JSON, once nothing is wrong with them; else `BadSettings`, which names every problem. */
export function sound<Settings>(rule: Described<Settings>, json: string): Settings {
  const settings = read(rule, json);
  const problems = rule.problems?.(settings) ?? [];
  if (problems.length > 0) {
    throw new BadSettings(problems.map(({ pointer, message }) => (pointer ? `\`${pointer}\`: ${message}` : message)).join("; "));
  }
  return settings;
}

/** The contract's `plugin` interface of that rule. */
export function describing<Settings>(rule: Described<Settings>) {
  return {
    describe(): Description {
      const { settingsSchema, ...about } = rule.describe();
      return { ...about, settingsSchema: JSON.stringify(settingsSchema) };
    },
    validateSettings(settings: string): Problem[] {
      return rule.problems?.(read(rule, settings)) ?? [];
    },
  };
}
