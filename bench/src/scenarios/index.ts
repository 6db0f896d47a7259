import { crowdScenarios } from "./crowds.js";
import { eventScenarios } from "./events.js";
import type { Scenario } from "./load.js";
import { uploadScenarios } from "./uploads.js";
import { visitScenarios } from "./visits.js";

export type { Cost, Load, Scenario } from "./load.js";
export { serverCpu } from "./load.js";

/** The scenarios of a run, in order. */
export const SCENARIOS: readonly Scenario[] = [...eventScenarios, ...visitScenarios, ...uploadScenarios, ...crowdScenarios];
