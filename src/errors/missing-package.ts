import { HoldfastError, type ErrorCode } from "./index.js";

/** An optional peer dependency, and who needs it. */
interface OptionalPackage {
  /** The error's first sentence: who needs it, and what for. */
  readonly what: string;
  /** Name and lowest version, as a person would write them: `redis 6`. */
  readonly expected: string;
  /** The command that installs it. */
  readonly fix: string;
}

/**
 * The error for an optional package that could not be loaded. Node's own, `ERR_MODULE_NOT_FOUND`, names a file of Holdfast and says
 * nothing about the package being optional, or how to install it.
 *
 * @param cause what the import threw
 */
export function missingPackage(
  { what, expected, fix }: OptionalPackage,
  cause: unknown,
  code: ErrorCode = "package_missing",
): HoldfastError {
  const got = cause instanceof Error ? cause.message.split("\n", 1)[0]! : String(cause);
  return new HoldfastError(code, { what, expected: `${expected} or later in node_modules`, got, fix }, { cause });
}
