import { describeValue, HoldfastError, nearest } from "../../errors/index.js";
import { FUNCTION, LIST, OBJECT, SCHEMA, TEXT, type Kind } from "../../errors/options.js";

/** What the keys of a definition must hold. Keys that are not listed are checked where they are read. */
const KINDS: ReadonlyMap<string, Kind> = new Map(Object.entries({
  name: TEXT, actions: LIST, events: OBJECT, messages: OBJECT, progress: OBJECT,
  topics: FUNCTION, mount: FUNCTION, handleParams: FUNCTION, update: FUNCTION, updateMany: FUNCTION, terminate: FUNCTION,
}));

/**
 * Refuses unknown keys of a definition, and values of another kind: in TypeScript they do not compile, but JavaScript would ignore them.
 *
 * @throws HoldfastError `view_definition_invalid`
 */
export function knownKeys(definition: object, known: readonly string[], owner: string): void {
  const entries = Object.entries<unknown>({ ...definition });
  const unknown = entries.find(([key]) => !known.includes(key))?.[0];
  if (unknown !== undefined) {
    throw new HoldfastError("view_definition_invalid", {
      what: `The ${owner} has an unknown key "${unknown}".`, expected: known.join(", "), got: unknown,
      fix: howToWrite(unknown, known),
    });
  }
  for (const [key, value] of entries) {
    const kind = KINDS.get(key);
    if (value === undefined || kind === undefined || kind.fits(value)) continue;
    const { called } = kind;
    throw new HoldfastError("view_definition_invalid", {
      what: `The ${owner} has a "${key}" that is not ${called}.`, expected: called, got: describeValue(value),
      fix: called === FUNCTION.called ? `${key}: (…) => …` : `${key}: ${called === LIST.called ? "[…]" : "{ … }"}`,
    });
  }
}

/** LiveView's callbacks, which are no misspellings of `handleParams`. */
const CALLBACK = /^handle_?(?:event|info|async|call|cast)$/i;

function howToWrite(unknown: string, known: readonly string[]): string {
  if (CALLBACK.test(unknown)) return "events: { save: { handle(socket, params) { … } } }";
  const meant = nearest(unknown, known);
  return meant === undefined ? `leave "${unknown}" out` : `write ${meant}, or leave "${unknown}" out`;
}

/**
 * Refuses what is no schema, so that the definition fails and not the first visit.
 *
 * @param key the definition's property: `params`, `bind`
 * @throws HoldfastError `view_definition_invalid`
 */
export function knownSchema(schema: unknown, key: string, owner: string): void {
  if (schema === undefined || SCHEMA.fits(schema)) return;
  throw new HoldfastError("view_definition_invalid", {
    what: `The ${owner} has a "${key}" that is not a schema.`, expected: SCHEMA.called,
    got: schema === null ? "null" : `a value of type ${typeof schema}`, fix: `${key}: z.object({ id: z.number() })`,
  });
}
