import { bounded } from "./text.ts";

/**
 * Why there is no conclusion: thrown, never returned, so that nobody goes on with half an answer.
 *
 * The toolchain hands `payload` to the host as the contract's `failure`.
 */
class Failure extends Error {
  constructor(readonly payload: { tag: "bad-settings" | "bad-evidence" | "internal"; val: string }) {
    super(payload.val);
  }
}

/** The settings do not fit what is asked: whoever owns the policy set has to act. */
export class BadSettings extends Failure {
  constructor(why: string) {
    super({ tag: "bad-settings", val: why });
  }
}

/** The evidence allows no conclusion: whoever brought it has to act. The stage is inconclusive, which is never a pass. */
export class BadEvidence extends Failure {
  constructor(why: string) {
    super({ tag: "bad-evidence", val: why });
  }
}

/** The plugin's own fault. */
export class Internal extends Failure {
  constructor(why: string) {
    super({ tag: "internal", val: why });
  }
}

/** Answers what the function does; anything thrown that is no failure of the contract becomes one that says where it was thrown. */
export function answered<T>(judge: () => T): T {
  try {
    return judge();
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown;
    throw new Internal(bounded(`the plugin threw ${inWords(thrown)}`, 4096));
  }
}

/** With the places in the plugin; those in what the toolchain put around it say nothing, and lie in a folder of the machine that built it. */
function inWords(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const places = (thrown.stack ?? "").split("\n").filter((place) => place !== "" && !place.includes("/sources/initializer.js"));
  return [`${thrown.name}: ${thrown.message}`, ...places].join("\n");
}

