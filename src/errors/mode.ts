/** A variable of the environment, if the runtime has one. */
export function variable(name: string): string | undefined {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env?.[name];
}

/** `NODE_ENV`. */
export function environmentName(): string | undefined {
  return variable("NODE_ENV");
}

/** Whether this is development. Everything else is production: nothing that helps a developer may help an attacker by default. */
export function isDevelopment(): boolean {
  return environmentName() === "development";
}
