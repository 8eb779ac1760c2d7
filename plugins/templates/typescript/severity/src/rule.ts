import type { Classification, SeverityPlugin } from "tidegate-sdk";
import settingsSchema from "../settings.schema.json" with { type: "json" };

/** What a policy set may say. The host holds it against the schema, so here it fits. */
export interface Settings {
  /** More than so many percent of the users make it urgent. */
  manyUsersPercent: number;
}

export const rule: SeverityPlugin<Settings> = {
  describe: () => ({
    name: "plugin-name",
    version: "0.1.0",
    summary: "How urgent an incident is.",
    rules: [
      { id: "outage", title: "The service is out, data is gone, or somebody got in", severity: "critical", help: "Drop everything." },
      { id: "many-users", title: "Many users are affected", severity: "high", help: "See to it now." },
      { id: "unknown", title: "Nobody knows how bad it is", severity: "medium", help: "Find out: until then it is looked into today." },
      { id: "minor", title: "Known to be nothing of these", severity: "low", help: "See to it in its turn." },
    ],
    settingsSchema,
  }),

  settings: (given) => ({ manyUsersPercent: given.many_users_percent }),

  classify({ settings: { manyUsersPercent: many }, usersAffectedPercent: share, service, data, security }) {
    if (service === "outage") return answer("p0", "outage", "the service does not answer");
    if (data === "lost" || data === "corrupted") return answer("p0", "outage", `data is ${data}`);
    if (security === "breach") return answer("p0", "outage", "somebody got in");
    if (share !== undefined && share > many) return answer("p1", "many-users", `${share}% of the users are affected, more than ${many}%`);
    // `unknown` is never the same as "none": what nobody knows is looked into today.
    const unknown = Object.entries({ service, data, security }).flatMap(([what, state]) => (state === "unknown" ? [what] : []));
    if (share === undefined) unknown.push("how many users are affected");
    if (unknown.length > 0) return answer("p2", "unknown", `nobody knows: ${unknown.join(", ")}`);
    return answer("p3", "minor", `${share}% of the users are affected`);
  },
};

const answer = (priority: Classification["priority"], rule: string, reason: string): Classification => ({ priority, rule, reasons: [reason] });
