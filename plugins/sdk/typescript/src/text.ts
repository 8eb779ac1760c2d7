/** Texts of bounded length. Nothing is escaped: the host does that for the place where it shows them. */

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** The text, cut between characters and ended with `…` where it is longer than that many bytes of UTF-8. */
export function bounded(text: string, bytesMax: number): string {
  if (bytesOf(text) <= bytesMax) return text;
  let kept = "";
  let room = bytesMax - bytesOf("…");
  for (const character of text) {
    room -= bytesOf(character);
    if (room < 0) break;
    kept += character;
  }
  return `${kept}…`;
}

/** `1 test`, `2 tests`: a count with its noun. */
export const counted = (count: number | bigint, noun: string): string =>
  BigInt(count) === 1n ? `1 ${noun}` : `${count} ${noun}s`;
