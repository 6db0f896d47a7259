// The suite's own declarations: `threats.json` says what each attack is and what stands against it, `attack()` runs it.
import { expect } from "vitest";
import { proof, type ProofRun, type Sizes } from "../../support/prove.js";
import threats from "../threats.json" with { type: "json" };

type Threats = typeof threats;

/** The name of a threat in `threats.json` that this suite tries; some are tried elsewhere. */
export type ThreatId = { [Id in keyof Threats]: Threats[Id] extends { readonly elsewhere: string } ? never : Id }[keyof Threats];

/** Counts what was tried. A refusal proves something only beside a control: nearly the same thing, which succeeds. */
export class Tally {
  #tried = 0;
  #controls = 0;

  get tried(): number {
    return this.#tried;
  }
  get controls(): number {
    return this.#controls;
  }

  /** So many attacks were refused, and nothing of the application ran for them. */
  refused(count = 1): void {
    this.#tried += count;
  }

  /** So many controls succeeded. */
  held(count = 1): void {
    this.#controls += count;
  }
}

/**
 * Registers an attack as a proof named `attack-<id>`. It fails if it tried nothing, or has no control.
 *
 * @param id its name in `threats.json`
 * @param sizes what `npm test` and `npm run attack` run it with
 */
export function attack<Size>(id: ThreatId, sizes: Sizes<Size>, run: (round: ProofRun<Size> & { readonly tally: Tally }) => Promise<void>): void {
  const { area, threat, defence } = threats[id];
  proof(`attack-${id}`, `${area}: ${threat}: ${defence}`, sizes, async (round) => {
    const tally = new Tally();
    await run({ ...round, tally });
    expect({ tried: tally.tried > 0, controls: tally.controls > 0 }).toEqual({ tried: true, controls: true });
    round.figure("tried", tally.tried);
    round.figure("controls", tally.controls);
  });
}

/** For attacks of one size. */
export const ONCE: Sizes<object> = { small: {}, full: {} };
