/** A path of a schema's issue: names and indexes, or objects that hold them. */
type IssuePath = readonly (PropertyKey | { readonly key: PropertyKey })[];

/** A refusal as its page shows it: what was refused and why, the schema's issues by field, how to fix it. */
export function refusalText(
  message: string,
  { event, messages, callback, to, reason, why, issues, fix }: Readonly<Record<string, unknown>>,
): string {
  const named = [message, event ?? messages ?? callback ?? to, reason ?? why].filter((part) => typeof part === "string");
  const faults = (Array.isArray(issues) ? issues : []).map(({ message: fault, path = [] }: { message: string; path?: IssuePath }) =>
    [...(path.length > 0 ? [path.map((part) => String(typeof part === "object" ? part.key : part)).join(".")] : []), fault].join(": "));
  return [named.join(": "), ...faults, ...(typeof fix === "string" ? [fix] : [])].join("\n");
}
