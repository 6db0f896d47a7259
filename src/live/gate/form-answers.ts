import { Redirect } from "../socket/index.js";

/** What a form's answer did: the part that is repeated when the same form is sent again. */
export interface FormAnswer {
  /** Where it led. A reply is not repeated: it was for the page that asked. */
  readonly redirect: Redirect | undefined;
  /** Whether its page no longer showed what was sent. */
  readonly emptied: boolean;
  /** Tells its files from others; undefined if it had none. */
  readonly files: string | undefined;
  /** Which of them were consumed. */
  readonly consumed: string;
}

/** Nodes of an earlier release write only the first four: the arguments of a redirect. */
type Stored = readonly [
  kind?: Redirect["kind"] | null, to?: string, external?: boolean, replace?: boolean,
  emptied?: boolean, files?: string | null, consumed?: string,
];

/** An answer as text, empty if there is nothing to do again. */
export function encodeAnswer({ redirect, emptied, files, consumed }: FormAnswer): string {
  if (redirect === undefined && !emptied && files === undefined) return "";
  const { kind = null, to = "", external = false, replace = false } = redirect ?? {};
  return JSON.stringify([kind, to, external, replace, emptied, files ?? null, consumed] satisfies Stored);
}

/** Reads an answer that `encodeAnswer` wrote, on this node or another. */
export function decodeAnswer(outcome: string): FormAnswer {
  const [kind, to = "", external = false, replace = false, emptied = false, files, consumed = ""] =
    outcome === "" ? [] : (JSON.parse(outcome) as Stored);
  const redirect = kind === undefined || kind === null ? undefined : new Redirect(kind, to, external, replace);
  return { redirect, emptied, files: files ?? undefined, consumed };
}
