/** Where a server could not listen. */
type Place = { readonly path: string } | { readonly port: number; readonly host: string };

/**
 * Adds the fix to an error of `listen`. It stays the runtime's own error with its `code`, so that programs recognize it.
 *
 * @returns the same error
 */
export function withFix(error: unknown, place: Place): unknown {
  const fix = error instanceof Error && "code" in error ? fixOf(error.code, place) : undefined;
  if (fix === undefined || !(error instanceof Error)) return error;
  const { message, stack } = error;
  error.message = `${message}\n  fix:      ${fix}`;
  // The stack begins with the message that the error was made with.
  if (stack !== undefined) Object.defineProperty(error, "stack", { value: stack.replace(message, () => error.message), enumerable: false });
  return error;
}

function fixOf(code: unknown, place: Place): string | undefined {
  switch (code) {
    case "EADDRINUSE":
      return "path" in place
        ? `another process listens on ${place.path}, or one was killed and left the file: stop the process, or remove the file`
        : portInUse(place.port);
    case "EACCES":
      return "path" in place
        ? `the user of this process may not write to the folder of ${place.path}`
        : `only privileged users may listen on port ${place.port}: choose one from 1024 on, and let a proxy listen on ${place.port}`;
    case "EADDRNOTAVAIL":
      return "host" in place
        ? `${place.host} is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses`
        : undefined;
    default:
      return undefined;
  }
}

function portInUse(port: number): string {
  const other = port === 65_535 ? 4000 : port + 1;
  return `another process listens on port ${port}, often an earlier run of this application: stop it (\`lsof -i :${port}\` names it), `
    + `or choose another port: serve(endpoint, { port: ${other} }), or PORT if the program reads it`;
}
