import { callSite } from "../../html/index.js";

/** What errors, logs and telemetry call a view or a component that was given no name: where it is defined, `view at posts.ts:12`. */
export function unnamed(kind: "view" | "component"): string {
  const [, place] = /([^/\\]+:\d+):\d+$/.exec(callSite() ?? "") ?? [];
  return place === undefined ? kind : `${kind} at ${place}`;
}
