/** A classification of incidents: what to write. `tidegate-sdk/severity` makes a component of it. */
import type { Classification, Incident as Known } from "./contract.ts";
import type { Described } from "./plugin.ts";

/** What is known of an incident. */
export interface Incident<Settings> extends Omit<Known, "settings"> {
  settings: Settings;
}

/** A plugin that says how urgent an incident is. */
export interface Severity<Settings> extends Described<Settings> {
  /** A pure function. What nobody knows (`unknown`, or absent) never counts as well: say so in the reasons. */
  classify(incident: Incident<Settings>): Classification;
}
