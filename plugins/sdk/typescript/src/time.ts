/** The moment that is handed in, taken apart. There is no other clock: `Date` and `Math.random` are shut inside a plugin. */

const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

/** Days of the week as they are written in settings, by their number from Sunday on. */
export const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
export type Day = (typeof DAYS)[number];

/** A moment in UTC. */
export interface Utc {
  day: Day;
  /** 0 to 23. */
  hour: number;
  /** 0 to 59. */
  minute: number;
  /** The midnight at its beginning, nanoseconds since 1970. */
  midnight: bigint;
}

/** That moment (nanoseconds since 1970) in UTC. */
export function utc(moment: bigint): Utc {
  const days = moment / DAY;
  const minutes = Number((moment % DAY) / (60n * SECOND));
  // 1970 began on a Thursday.
  const day = DAYS[Number((days + 4n) % 7n)] as Day;
  return { day, hour: Math.floor(minutes / 60), minute: minutes % 60, midnight: days * DAY };
}

/** So many days later, or earlier. */
export const addDays = (moment: bigint, days: number): bigint => moment + BigInt(days) * DAY;

/** As `2027-03-31T14:30Z`. */
export const shown = (moment: bigint): string => `${new Date(Number(moment / 1_000_000n)).toISOString().slice(0, 16)}Z`;
