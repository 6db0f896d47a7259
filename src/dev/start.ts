import { checkOptions, checkValue, FUNCTION, TEXT } from "../errors/options.js";
import { missingPackage } from "../errors/missing-package.js";
import type { Development, DevelopmentOptions } from "./development.js";

/**
 * Runs an application from its sources and keeps its code up to date: saved modules replace the old ones in the running
 * process.
 *
 * @returns once the main module has run or failed; a failure is reported, and the next save tries again
 * @throws {HoldfastError} `package_missing`: Vite, an optional peer, is not installed
 * @example
 * await startDevelopment({ main: "src/main.ts", restart: () => process.exit(75) });
 */
export async function startDevelopment(options: DevelopmentOptions): Promise<Development> {
  const place = { of: "startDevelopment", fix: 'startDevelopment({ main: "src/main.ts", restart: () => process.exit(75) })' };
  checkOptions<DevelopmentOptions>("endpoint_config_invalid", place, options, { main: TEXT, root: TEXT, say: FUNCTION, restart: FUNCTION });
  checkValue("endpoint_config_invalid", place, "main", options.main, TEXT);
  checkValue("endpoint_config_invalid", place, "restart", options.restart, FUNCTION);
  try {
    import.meta.resolve("vite");
  } catch (cause) {
    throw missingPackage(
      {
        what: "holdfast/dev compiles and watches sources with Vite, which cannot be loaded",
        expected: "vite 8",
        fix: "npm install --save-dev vite",
      },
      cause,
    );
  }
  const { runSources } = await import("./development.js");
  return runSources(options);
}
