import { onTelemetry } from "../../telemetry/index.js";
import { HoldfastError } from "../../errors/index.js";

/** The kind of attempt. */
export type AttackKind =
  | "wrong door" | "forged event" | "another's values" | "replay" | "forged form" | "hostile text" | "odd shape" | "control";

/** One attempt and its outcome. */
export interface Attempt {
  readonly kind: AttackKind;
  /** The user, by the name that the test gave. */
  readonly principal: string;
  readonly path: string;
  /** What was sent, shortened. */
  readonly what: string;
  /** `refused`: no application code ran. `handled`: a control, as it should be. `through`: an attack that succeeded. */
  readonly outcome: "refused" | "handled" | "through";
}

/** The results of an attack. */
export class AttackReport {
  readonly #attempts: Attempt[] = [];
  /** The patterns of routes that no path was given for, such as `/posts/:id`: nothing was tried there. */
  readonly untried: readonly string[];

  /** @param untried the patterns of routes that are not visited */
  constructor(untried: readonly string[] = []) {
    this.untried = untried;
  }

  add(attempt: Attempt): void {
    this.#attempts.push({ ...attempt, what: attempt.what.slice(0, 200) });
  }

  /** All attempts, in order. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }
  /** What got through: each is a hole, or a question for the application. */
  get holes(): readonly Attempt[] {
    return this.#attempts.filter(({ outcome }) => outcome === "through");
  }

  /** How many attempts of a kind had an outcome; without a kind, of all kinds. */
  count(outcome: Attempt["outcome"], kind?: AttackKind): number {
    return this.#attempts.filter((one) => one.outcome === outcome && (kind === undefined || one.kind === kind)).length;
  }

  /**
   * Expects that nothing got through, that attacks were tried on every route, and that their controls succeeded.
   *
   * @throws HoldfastError `kit_expectation` with what got through, or was not tried
   */
  expectHeld(): void {
    if (this.holes.length === 0 && this.untried.length > 0) {
      throw new HoldfastError("kit_expectation", {
        what: "Nothing was tried on a part of the application.",
        expected: "a path for each route with parameters", got: `none for ${this.untried.join(", ")}`,
        fix: `attack(endpoint, { principals, paths: ["${samplePath(this.untried[0]!)}"] })`,
      });
    }
    if (this.holes.length === 0 && this.count("refused") > 0 && this.count("handled") > 0) return;
    throw new HoldfastError("kit_expectation", {
      what: this.holes.length > 0 ? "The application was attacked, and something got through." : "The attack has proven nothing.",
      expected: "attacks that are all refused, and rendered events that are handled",
      got: `\n${this.toString()}`,
      fix:
        this.holes.length > 0
          ? "look at each line"
          : "give it principals and paths: pages with events, and pages that somebody may not see",
    });
  }

  /** A table by kind, and what got through. */
  toString(): string {
    const kinds = [...new Set(this.#attempts.map(({ kind }) => kind))];
    const rows = kinds.map((kind) => {
      const count = (outcome: Attempt["outcome"]): string => `${outcome} ${String(this.count(outcome, kind)).padStart(5)}`;
      const counts = (["refused", "handled", "through"] as const).map(count);
      return `${kind.padEnd(18)} ${counts.join("   ")}`;
    });
    const untried = this.untried.map((pattern) => `NOT TRIED: ${pattern}`);
    const through = this.holes.map(({ kind, principal, path, what }) => `THROUGH: ${kind} by ${principal} at ${path}: ${what}`);
    return [...rows, ...untried, ...through].join("\n");
  }
}

/** A path that a pattern may mean: `/posts/1` for `/posts/:id`. */
function samplePath(pattern: string): string {
  return pattern.replaceAll(/:[^/]+|\*/g, "1");
}

/** What an action returned, and the gate's verdicts on the events that it sent. */
interface Seen<T> {
  readonly result: T;
  readonly handled: readonly string[];
  readonly refused: readonly string[];
}

/**
 * Runs an action and listens to the gate. Telemetry covers the whole process: nothing else may send events meanwhile.
 */
export async function listening<T>(action: () => Promise<T>): Promise<Seen<T>> {
  const handled: string[] = [];
  const refused: string[] = [];
  const stops = [
    onTelemetry("holdfast:event:handled", ({ event }) => handled.push(event)),
    onTelemetry("holdfast:event:refused", ({ reason }) => refused.push(reason)),
  ];
  try {
    return { result: await action(), handled, refused };
  } finally {
    for (const stop of stops) stop();
  }
}
