/**
 * Shuts what a plugin must not have. It is imported before anything of the author's, so it also holds while the component is made: what a
 * module computed from the clock then would be baked into it.
 */
const shut = (what: string) => (): never => {
  throw new Error(`a plugin has no ${what}: the moment of the decision is \`request.evaluatedAt\``);
};
const OriginalDate = Date;

class Shut extends OriginalDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) shut("clock")();
    super(...(given as [number]));
  }

  static override now(): number {
    return shut("clock")();
  }
}

globalThis.Date = Shut as DateConstructor;
Math.random = shut("randomness");
