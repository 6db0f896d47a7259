import { isDevelopment } from "./mode.js";

/** An issue as any Standard Schema reports it. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The names that lead to what an issue is about, from the outside in. */
export function issuePath({ path = [] }: Issue): PropertyKey[] {
  return path.map((segment) => (typeof segment === "object" ? segment.key : segment));
}

/**
 * What may be written down of a schema's issues. Some validators repeat what somebody has typed: valibot in its messages and, as whole
 * objects, in its paths. So names alone remain, and messages in development only.
 */
export function describeIssues(issues: readonly Issue[]): { readonly path: readonly PropertyKey[]; readonly message?: string }[] {
  const development = isDevelopment();
  return issues.map((issue) => ({ ...(development && { message: issue.message }), path: issuePath(issue) }));
}
