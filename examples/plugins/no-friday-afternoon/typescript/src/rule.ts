import { type Gate, held, judged, note, time } from "tidegate-sdk";
import settingsSchema from "../settings.schema.json" with { type: "json" };

/** What a policy may set. Hours and days are those of UTC. */
export interface Settings {
  fromHour: number;
  days: time.Day[];
}

const CLOSED = "closed";
const ROLLBACK = "rollback";

export const rule: Gate<Settings> = {
  describe: () => ({
    name: "no-friday-afternoon",
    version: "1.0.0",
    summary: "No deployments on Friday afternoon.",
    rules: [
      {
        id: CLOSED,
        title: "The hour is open for deployments",
        severity: "medium",
        help: "Deploy when the hour is open again. What undoes a deployment is never held.",
      },
      { id: ROLLBACK, title: "What undoes a deployment may go out at any hour", severity: "info", help: "Nothing to do." },
    ],
    settingsSchema,
  }),

  settings: (given) => ({ fromHour: given.from_hour ?? 12, days: given.days ?? ["friday"] }),

  problems: ({ fromHour, days }) =>
    fromHour === 0 && new Set(days).size === time.DAYS.length
      ? [{ pointer: "/days", message: "every hour of every day is closed: nothing could ever be deployed" }]
      : [],

  evaluate({ deployment, settings, evaluatedAt }) {
    const { day, hour, midnight } = time.utc(evaluatedAt);
    if (!isClosed(settings, day, hour)) return judged([], `${day}, ${hour}:00 is open`);
    if (deployment.cause === "rollback") {
      const message = `${day} is closed from ${settings.fromHour}:00 UTC on, but not for what undoes a deployment`;
      return judged([note(ROLLBACK, "info", message)], "a rollback is never held");
    }
    const until = nextOpen(settings, midnight);
    const remediation = `ask again from ${time.shown(until)} on; in an emergency, break-glass`;
    const closed = note(CLOSED, "medium", `${day} is closed from ${settings.fromHour}:00 UTC on`, { subject: day, remediation });
    return held(until, [closed], `no deployments until ${time.shown(until)}`);
  },
};

const isClosed = ({ fromHour, days }: Settings, day: time.Day, hour: number): boolean => days.includes(day) && hour >= fromHour;

/** The first midnight after this one at which it is open: within a week, or every hour were closed. */
function nextOpen(settings: Settings, midnight: bigint): bigint {
  let next = time.addDays(midnight, 1);
  while (isClosed(settings, time.utc(next).day, 0)) next = time.addDays(next, 1);
  return next;
}
