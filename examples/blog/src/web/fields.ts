/** Messages by the field that they are about. */
export type FieldErrors = Readonly<Record<string, readonly string[] | undefined>>;

/** What a Zod error looks like from here. */
interface Issues {
  issues: readonly { path: readonly PropertyKey[]; message: string }[];
}

/** The first message of each field, as the component kit expects it. */
export function fieldErrors({ issues }: Issues): FieldErrors {
  const errors: Record<string, readonly string[]> = {};
  for (const { path, message } of issues) errors[String(path[0])] ??= [message];
  return errors;
}
