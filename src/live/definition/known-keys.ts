import { HoldfastError } from "../../errors/index.js";
import { SCHEMA } from "../../errors/options.js";

/**
 * Refuses unknown keys of a definition: in TypeScript they do not compile, but JavaScript would ignore them.
 *
 * @throws HoldfastError `view_definition_invalid`
 */
export function knownKeys(definition: object, known: readonly string[], owner: string): void {
  const unknown = Object.keys(definition).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new HoldfastError("view_definition_invalid", {
    what: `The ${owner} has an unknown key "${unknown}".`, expected: known.join(", "), got: unknown,
    fix: unknown.startsWith("handle") ? "events: { save: { handle(socket, params) { … } } }" : `leave "${unknown}" out`,
  });
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
