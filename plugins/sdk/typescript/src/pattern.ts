/** Names that are left out, as policy sets write them: a name, or with `*` any run of characters. */

/** Whether the pattern means the text. `*` stands for any run of characters, also none; everything else for itself. */
export function matches(pattern: string, text: string): boolean {
  const [beginning = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return pattern === text;
  if (!text.startsWith(beginning) || text.length < beginning.length + end.length || !text.endsWith(end)) return false;
  // The parts between stars, each at its earliest place: whatever fits at all fits so.
  let from = beginning.length;
  const to = text.length - end.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > to) return false;
    from = at + part.length;
  }
  return true;
}

/** Whether one of the patterns means the text. */
export const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matches(pattern, text));
