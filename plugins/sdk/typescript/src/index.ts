/**
 * What a TypeScript author of a plugin uses.
 *
 * A plugin is a pure function from a question and its evidence to an answer. It is written as a `Gate`, `Rollback` or `Severity`,
 * tested natively over `tidegate-sdk/fixture`, and made a component by `tidegate-sdk/gate`, `/rollback` or `/severity`.
 */
export type * from "./contract.ts";
export type { Severity as SeverityWord } from "./contract.ts";
export * from "./evidence.ts";
export { BadEvidence, BadSettings, Internal } from "./failure.ts";
export * from "./finding.ts";
export type { Gate, Request } from "./gate.ts";
export * from "./limits.ts";
export * from "./pattern.ts";
export type { About, Described, Schema } from "./plugin.ts";
export { read } from "./plugin.ts";
export * as ratio from "./ratio.ts";
export * from "./report.ts";
export type { Rollback } from "./rollback.ts";
export type { Severity as SeverityPlugin } from "./severity.ts";
export { bounded, counted } from "./text.ts";
export * as time from "./time.ts";
