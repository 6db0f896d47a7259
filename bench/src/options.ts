import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Whether the command line has `--name`. */
export function flag(name: string): boolean {
  return process.argv.includes(`--${name}`);
}

/** What follows `--name` on the command line. */
export function option(name: string, otherwise: string): string {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : (process.argv[at + 1] ?? otherwise);
}

/** `--smoke`: does everything once, as small and short as it goes, on a machine that others use. Its numbers say nothing. */
export const SMOKE = flag("smoke");
/** How often everything is measured; medians are what is shown. */
export const ROUNDS = Number(option("rounds", SMOKE ? "1" : "3"));
/** Seconds that a rate is measured for. */
export const SECONDS = Number(option("secs", SMOKE ? "1" : "8"));
/** Measure while others use the machine. */
export const NOISY = SMOKE || flag("noisy");

/** The machine, as far as it matters to a number. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
}

/** The machine that this runs on. Neither its name nor its paths. */
export function machine(): Machine {
  return { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, node: process.version };
}

/** A machine in one line. */
export function describe({ cpu, cores, node }: Machine): string {
  return `${cpu}, ${cores} cores, Node ${node.slice(1)}`;
}
