/** Exact shares. Counts are 64-bit, so they are `bigint`: a `number` would round them. */
import type { Ratio } from "./contract.ts";

/** Whether it is a share of something: a share of nothing says nothing, and is no grounds for a pass. */
export const saysSomething = ({ numerator, denominator }: Ratio): boolean => denominator > 0n && numerator <= denominator;

/** Several shares counted together; undefined when there is nothing to count. */
export function together(ratios: Iterable<Ratio>): Ratio | undefined {
  const sum = { numerator: 0n, denominator: 0n };
  for (const { numerator, denominator } of ratios) {
    sum.numerator += numerator;
    sum.denominator += denominator;
  }
  return saysSomething(sum) ? sum : undefined;
}

/** Negative where the first is smaller, 0 where they are equal; exact. */
export function compare(one: Ratio, other: Ratio): number {
  const difference = one.numerator * other.denominator - other.numerator * one.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether the share fell from `before` to `now` by more than so many whole percentage points; exact. */
export const fellByMoreThan = (points: number, before: Ratio, now: Ratio): boolean =>
  now.numerator * before.denominator * 100n + BigInt(points) * now.denominator * before.denominator
    < before.numerator * now.denominator * 100n;

/** As a percentage with at most one decimal, rounded half up, never 100 when below 1: `97.5%`. */
export function percent({ numerator, denominator }: Ratio): string {
  const whole = denominator > 0n ? denominator : 1n;
  let tenths = (numerator * 2000n + whole) / (whole * 2n);
  if (numerator < whole && tenths > 999n) tenths = 999n;
  return tenths % 10n === 0n ? `${tenths / 10n}%` : `${tenths / 10n}.${tenths % 10n}%`;
}
