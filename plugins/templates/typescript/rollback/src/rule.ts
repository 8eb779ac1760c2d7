import type { Advice, Rollback, Series, SeverityWord, Trigger, TriggerState } from "tidegate-sdk";
import settingsSchema from "../settings.schema.json" with { type: "json" };

/** What a policy set may say. The host holds it against the schema, so here it fits. */
export interface Settings {
  signal: string;
  max: number;
  /** So many looks in a row above it undo the deployment. */
  looks: number;
  /** Seconds between two looks. */
  stepS: number;
}

/** The trigger, also the rule's id. */
const TOO_HIGH = "too-high";
const ANSWERS: Record<TriggerState, [Advice, SeverityWord]> = {
  ok: ["proceed", "info"],
  pending: ["hold", "medium"],
  inconclusive: ["hold", "medium"],
  firing: ["roll-back", "high"],
};

export const rule: Rollback<Settings> = {
  describe: () => ({
    name: "plugin-name",
    version: "0.1.0",
    summary: "Undoes a deployment whose signal stays too high.",
    rules: [
      {
        id: TOO_HIGH,
        title: "The signal stays low enough",
        severity: "high",
        help: "So many looks in a row above the limit undo the deployment; a look that did not come keeps it from passing.",
      },
    ],
    settingsSchema,
  }),

  settings: (given) => ({ signal: given.signal, max: given.max, looks: given.looks, stepS: given.step_s }),

  lookback: ({ looks, stepS }) => BigInt(looks) * BigInt(stepS) * 1_000_000_000n,

  evaluate({ settings, series }) {
    const trigger = judged(settings, series.find((one) => one.signal === settings.signal));
    const [advice, severity] = ANSWERS[trigger.state];
    return { advice, severity, triggers: [trigger], summary: trigger.message };
  },
};

function judged({ signal, max, looks }: Settings, series: Series | undefined): Trigger {
  const last = series?.samples.slice(-looks) ?? [];
  const observed = last.at(-1)?.value;
  const trigger = (state: TriggerState, message: string): Trigger =>
    ({ name: TOO_HIGH, state, observed, threshold: max, samples: last.length, message: `\`${signal}\` ${message}` });
  // What did not come is never `ok`, and a NaN is not above anything, and not below it either.
  if (series?.defect !== undefined) return trigger("inconclusive", `may be partial: ${series.defect}`);
  if (observed === undefined) return trigger("inconclusive", "has no sample of this look");
  if (Number.isNaN(observed)) return trigger("inconclusive", "is no number");
  let above = 0;
  while (above < last.length && (last.at(-1 - above)?.value ?? Number.NEGATIVE_INFINITY) > max) above += 1;
  if (above >= looks) return trigger("firing", `is ${observed}, above ${max} for ${above} looks`);
  if (above > 0) return trigger("pending", `is ${observed}, above ${max} for ${above} of ${looks} looks`);
  return trigger("ok", `is ${observed}, at most ${max}`);
}
