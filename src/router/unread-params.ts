import type { StandardSchemaV1 } from "@standard-schema/spec";

/** Properties that code may ask any object for, whatever it is. */
const OF_ANY_OBJECT: ReadonlySet<string> = new Set(["then", "constructor", "toJSON"]);

/** What a schema reads of the object that it parses. */
interface Read {
  /** Names, in the order in which they were read. */
  readonly names: readonly string[];
  /** Whether it lists the object's keys, and so may take any. */
  readonly any: boolean;
}

/** Has a schema parse an object without properties, and tells which ones it asked for. No validator says what it takes. */
function readBy(schema: StandardSchemaV1): Read {
  const names = new Set<string>();
  let any = false;
  const ask = (key: string | symbol): undefined => {
    if (typeof key === "string" && !OF_ANY_OBJECT.has(key)) names.add(key);
    return undefined;
  };
  const asked = new Proxy({}, {
    get: (_target, key) => ask(key),
    has: (_target, key) => ask(key) !== undefined,
    getOwnPropertyDescriptor: (_target, key) => ask(key),
    ownKeys() {
      any = true;
      return [];
    },
  });
  try {
    const result = schema["~standard"].validate(asked);
    if (result instanceof Promise) result.catch(() => {});
  } catch {
    // A transformation that expects values: what it has read until then is known.
    any = true;
  }
  return { names: [...names], any };
}

/**
 * The parameters of a path that a view's schema never looks at: with such a parameter no URL of the path fits the schema, or it is lost.
 *
 * @param path `/posts/:postId`
 * @returns the first such parameter, and the names that the schema takes instead; undefined if it looks at all, or nobody can know
 * @example
 * unreadParam("/p/:id", z.object({ postId: z.string() })); // { name: "id", takes: ["postId"] }
 */
export function unreadParam(
  path: string, schema: StandardSchemaV1,
): { readonly name: string; readonly takes: readonly string[] } | undefined {
  const params = [...path.matchAll(/:([^/{?]+)/g)].map(([, name]) => name!);
  if (params.length === 0) return undefined;
  const { names, any } = readBy(schema);
  const name = any || names.length === 0 ? undefined : params.find((param) => !names.includes(param));
  return name === undefined ? undefined : { name, takes: names };
}
