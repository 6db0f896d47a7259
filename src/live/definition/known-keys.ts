import { HoldfastError } from "../../errors/index.js";

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
