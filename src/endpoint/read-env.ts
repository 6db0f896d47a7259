import type { StandardSchemaV1 } from "@standard-schema/spec";
import { HoldfastError, issuePath } from "../errors/index.js";
import { checkValue, SCHEMA } from "../errors/options.js";

/**
 * Reads the configuration from environment variables with a schema of any Standard Schema validator: zod, valibot, arktype.
 * All problems are reported together, when the program starts, and without the values, which may be secrets. An empty
 * variable counts as unset.
 *
 * @param schema of an object whose keys are the variables; their values are texts
 * @param variables default: the environment of the process
 * @throws HoldfastError `env_invalid` with all issues
 * @example
 * export const env = readEnv(z.object({
 *   SECRET: z.string().min(32), URL: z.url().optional(), PORT: z.coerce.number().int().default(4000), REDIS_URL: z.url().optional(),
 * }));
 */
export function readEnv<Schema extends StandardSchemaV1>(
  schema: Schema, variables: Readonly<Record<string, string | undefined>> = process.env,
): StandardSchemaV1.InferOutput<Schema> {
  checkValue("env_invalid", { of: "readEnv", fix: "readEnv(z.object({ SECRET: z.string().min(32) }))" }, "the schema", schema, SCHEMA);
  const set = Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ""),
  );
  const result = schema["~standard"].validate(set);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw invalid(
      "The schema of the environment is asynchronous.", "a schema that answers at once", "a promise",
      "check what takes time after the program has started",
    );
  }
  if (result.issues === undefined) return result.value;
  const wrong = result.issues.map((issue) => {
    const name = issuePath(issue).map(String).join(".");
    return `${name === "" ? "" : `${name}: `}${withoutValues(issue.message, Object.values(set))}`;
  });
  throw invalid(
    `The environment is not what the program needs: ${wrong.length === 1 ? "one variable is" : `${wrong.length} variables are`} wrong.`,
    wrong.join("; "), [...new Set(result.issues.map((issue) => nameOf(issuePath(issue)[0], set)))].join(", "),
    "set them where the program is started, or in a file for node --env-file",
  );
}

/** Some validators repeat the input in their message. Short values are left in, because they may be words of the message itself. */
function withoutValues(message: string, values: readonly string[]): string {
  return values.filter((value) => value.length >= 4).reduce((text, value) => text.replaceAll(value, "…"), message);
}

function nameOf(part: PropertyKey | undefined, set: object): string {
  if (part === undefined) return "something else";
  const name = String(part);
  return Object.hasOwn(set, name) ? `${name} (set)` : `${name} (not set)`;
}

function invalid(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("env_invalid", { what, expected, got, fix });
}
