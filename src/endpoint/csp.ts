import { HoldfastError, nearest } from "../errors/index.js";

const DIRECTIVES = [
  "baseUri", "childSrc", "connectSrc", "defaultSrc", "fontSrc", "formAction", "frameAncestors", "frameSrc", "imgSrc", "manifestSrc",
  "mediaSrc", "objectSrc", "reportTo", "reportUri", "requireTrustedTypesFor", "sandbox", "scriptSrc", "scriptSrcAttr", "scriptSrcElem",
  "styleSrc", "styleSrcAttr", "styleSrcElem", "trustedTypes", "upgradeInsecureRequests", "workerSrc",
] as const;

/** The directives of a Content-Security-Policy, as Hono spells them: `scriptSrc` is `script-src`. */
export type CspDirective = (typeof DIRECTIVES)[number];

/**
 * The sources of a directive: one source or a list that replaces the default's, a function that maps the default's to new
 * ones, or `false` to remove the directive.
 */
export type CspSources = string | readonly string[] | ((sources: readonly string[]) => readonly string[]) | false;

/** Changes to the default Content-Security-Policy, by directive. */
export type CspOptions = Readonly<Partial<Record<CspDirective, CspSources>>>;

/**
 * A source that differs in each response: `'nonce-…'`. `cspNonce(c)` returns the value in a route, `get("cspNonce")` in a
 * root layout.
 *
 * @example
 * createEndpoint({ csp: { scriptSrc: (sources) => [...sources, NONCE] } });
 */
export const NONCE = "'nonce-{nonce}'";

const DEFAULTS: Readonly<Partial<Record<CspDirective, readonly string[]>>> = {
  defaultSrc: ["'self'"], scriptSrc: ["'self'"], styleSrc: ["'self'", "'unsafe-inline'"], imgSrc: ["'self'", "data:", "blob:", "https:"],
  objectSrc: ["'none'"], baseUri: ["'self'"], frameAncestors: ["'self'"], formAction: ["'self'"],
};
const TRUSTED_TYPES: typeof DEFAULTS = { requireTrustedTypesFor: ["'script'"], trustedTypes: ["default"] };

/**
 * The text of a policy: the default with the application's changes.
 *
 * @param trustedTypes whether script may enter the page only through a Trusted Types policy
 * @throws HoldfastError `endpoint_config_invalid`
 * @see https://www.w3.org/TR/CSP3/#framework-directives
 */
export function contentSecurityPolicy(changes: CspOptions, trustedTypes: boolean): string {
  const defaults = trustedTypes ? { ...DEFAULTS, ...TRUSTED_TYPES } : DEFAULTS;
  const names = new Set([...Object.keys(defaults), ...Object.keys(changes)]) as Set<CspDirective>;
  const directives: string[] = [];
  for (const name of names) {
    // Browsers ignore a directive that they do not know: a misspelt one would protect nothing.
    if (!DIRECTIVES.includes(name)) throw unknownDirective(name);
    const before = defaults[name] ?? [];
    const change = changes[name];
    if (change === false) continue;
    const sources =
      change === undefined ? before : typeof change === "function" ? change(before) : typeof change === "string" ? [change] : change;
    if (!Array.isArray(sources) || sources.some((source) => !isSource(source))) throw invalid(name, sources);
    directives.push([name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), ...sources].join(" "));
  }
  return directives.join("; ");
}

/** A single word, which ends neither the directive nor the policy nor the header. */
function isSource(source: unknown): boolean {
  return typeof source === "string" && /^[\x21-\x2b\x2d-\x3a\x3c-\x7e]+$/.test(source);
}

function unknownDirective(name: string): HoldfastError {
  const meant = nearest(name, DIRECTIVES);
  return new HoldfastError("endpoint_config_invalid", {
    what: `The endpoint's csp has no directive ${JSON.stringify(name)}.`, expected: DIRECTIVES.join(", "), got: name,
    fix: `${meant === undefined ? "" : `write ${meant}, or `}leave "${name}" out`,
  });
}

function invalid(name: string, got: unknown): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: `The directive ${name} of the endpoint's csp is invalid.`,
    expected: "a source, a list of them, a function that returns a list, or false; a source has no space, comma or semicolon",
    got: JSON.stringify(got) ?? String(got), fix: `csp: { ${name}: ["'self'", "https://cdn.example.com"] }`,
  });
}
