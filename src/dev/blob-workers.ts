/**
 * Adds `worker-src blob:` to a Content-Security-Policy, for development only. When its server is gone, Vite's client waits for the
 * next one in a worker that it makes of a blob; without this it never learns of it, and no save reaches the page any more.
 *
 * @param policy the header's value; several policies are separated by commas
 * @see https://www.w3.org/TR/CSP3/#directive-worker-src for the directives that are asked instead of a missing one
 */
export function allowBlobWorkers(policy: string): string {
  return policy.split(",").map(allowedIn).join(",");
}

function allowedIn(policy: string): string {
  const directives = policy.split(";").map((text) => text.trim()).filter(Boolean);
  const byName = new Map<string, string>();
  // If two directives have one name, the first counts.
  for (const text of directives) {
    const name = text.split(/\s/, 1)[0]!.toLowerCase();
    if (!byName.has(name)) byName.set(name, text);
  }
  const asked = ["worker-src", "child-src", "script-src", "default-src"].map((name) => byName.get(name)).find((text) => text !== undefined);
  if (asked === undefined) return policy;
  const sources = asked.split(/\s+/).slice(1).filter((source) => source !== "'none'");
  const others = directives.filter((text) => !/^worker-src(?:\s|$)/i.test(text));
  return [...others, ["worker-src", ...sources, "blob:"].join(" ")].join("; ");
}
