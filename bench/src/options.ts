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

/** The number that follows `--name`. */
function number(name: string, otherwise: number): number {
  const value = Number(option(name, String(otherwise)));
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number, not ${option(name, "")}`);
  return value;
}

/**
 * `--tiny`: everything once, with a handful of connections and without waiting for a quiet machine. It shows that the bench
 * works; its numbers mean nothing and are never saved.
 */
export const TINY = flag("tiny");
/** `--save`: keep the result. */
export const SAVES = flag("save") && !TINY;
/** The versions of Node that the servers run on, by major number; `current` is the one that runs the bench. */
export const NODES: readonly string[] = option("nodes", TINY ? "current" : "24,20").split(",");
/** How often each scenario is measured with fresh servers. */
export const ROUNDS = number("rounds", TINY ? 1 : 2);
/** Seconds for which each contender is measured in a round. */
export const SECONDS = number("secs", TINY ? 0.2 : 4);
/** The turns into which these seconds are divided, so that all contenders run in the same minute. */
export const TURNS = number("turns", TINY ? 1 : 4);
/** Seconds of load before the first turn, at least: a scenario may ask for more. */
export const WARM_SECONDS = number("warm", TINY ? 0 : 3);
/** Seconds to wait for a quiet machine before measuring on a noisy one, which the result then says. */
export const PATIENCE_SECONDS = TINY || flag("noisy") ? 0 : number("patience", 600);

/** A number of connections; only a few with `--tiny`. */
export function many(n: number): number {
  return TINY ? Math.min(n, 5) : n;
}

/** What results depend on besides the code. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  /** The version of Node that ran the servers. */
  readonly node: string;
}

/** Describes this machine, without its name or paths. */
export function machine(node: string = process.version): Machine {
  return { cpu: cpus()[0]?.model.trim() ?? "unknown", cores: cpus().length, node };
}

/** A machine in one line. */
export function describe({ cpu, cores, node }: Machine): string {
  return `${cpu}, ${cores} cores, Node ${node.slice(1)}`;
}
