/**
 * What a rule sees of the evidence, and what it does where something is missing.
 *
 * Missing is not pass. A rule that looks for something asks for it with `need`, `needOne` or `earlier`; where it is not there, they
 * throw `BadEvidence`, the stage is inconclusive, and the deployment waits. A rule that counts in a list and finds it empty has seen nothing.
 */
import type { BaselineDocuments, Content, Document, Source, TestCase } from "./contract.ts";
import { BadEvidence, BadSettings } from "./failure.ts";

/** The documents of one evaluation: the host's inside a component, fixtures in tests. */
export interface Evidence {
  /** Those that the policy binds to the stage, ordered by name and digest. */
  documents(): Document[];
  /** Those of the last deployment of the service here that succeeded by the rules. */
  baseline(): BaselineDocuments;
}

/** `tests`, `scan`, `coverage`, … */
export type Kind = Content["tag"];
/** What a content of that kind holds. */
export type Of<K extends Kind> = Extract<Content, { tag: K }>["val"];
/** A content, with where it comes from. */
export interface Found<T> {
  source: Source;
  value: T;
}

/** Every content of that kind, perhaps none: for what adds to a judgement, not for what it rests on. */
export function all<K extends Kind>(documents: Document[], kind: K): Found<Of<K>>[] {
  return documents.flatMap((document) => {
    const source = document.source();
    return document.contents().flatMap((content) => (content.tag === kind ? [{ source, value: content.val as Of<K> }] : []));
  });
}

/** The documents, once all of them are finished; else `BadEvidence`: what an unfinished one lacks says nothing. */
export function finished(documents: Document[]): Document[] {
  const unfinished = documents.map((document) => document.source()).filter((source) => !source.complete);
  if (unfinished.length > 0) {
    const names = unfinished.map((source) => `\`${source.name}\` (${source.format})`).join(", ");
    throw new BadEvidence(`not finished, or cannot tell a clean result from none: ${names}`);
  }
  return documents;
}

/** Every content of that kind: at least one, and from finished documents only. Else `BadEvidence`. */
export function need<K extends Kind>(documents: Document[], kind: K): [Found<Of<K>>, ...Found<Of<K>>[]] {
  const [first, ...others] = all(finished(documents), kind);
  if (first === undefined) throw new BadEvidence(`no document of this stage holds ${kind}`);
  return [first, ...others];
}

/** The one content of that kind; none, or several, is `BadEvidence`. */
export function needOne<K extends Kind>(documents: Document[], kind: K): Found<Of<K>> {
  const [first, ...others] = need(documents, kind);
  if (others.length > 0) throw new BadEvidence(`one document of this stage should hold ${kind}, and ${others.length + 1} do`);
  return first;
}

/**
 * The documents of the earlier deployment; undefined where there never was one, which a rule has to think about.
 * A stage that does not ask for them is `BadSettings`; ones that cannot be had are `BadEvidence`.
 */
export function earlier(evidence: Evidence): Document[] | undefined {
  const baseline = evidence.baseline();
  switch (baseline.tag) {
    case "documents":
      return baseline.val;
    case "first":
      return undefined;
    case "not-asked":
      throw new BadSettings("the rule compares with a baseline, and the stage asks for none: set `baseline: true` beside its `evidence`");
    case "unavailable":
      throw new BadEvidence(`the documents of the earlier deployment cannot be had: ${baseline.val}`);
  }
}

/** Rows of a list that comes in pages, up to so many. `page` is called until it answers with nothing. */
export function* rows<T>(page: (offset: number, limit: number) => T[], max = Number.MAX_SAFE_INTEGER): Generator<T> {
  for (let offset = 0; offset < max; ) {
    const some = page(offset, Math.min(512, max - offset));
    if (some.length === 0) return;
    yield* some;
    offset += some.length;
  }
}

/** `suite::name`, by which waivers and exceptions know a test case. */
export const caseId = ({ suite, name }: TestCase): string => (suite === "" ? name : `${suite}::${name}`);
