import { Session, type Profiler } from "node:inspector";

/**
 * Counts function calls while `job` runs: a measure of work that is the same on every machine. V8 counts them, so the measured
 * code needs no change.
 *
 * @param files the modules to count, by the ends of their paths, such as "form-data.ts"
 * @example
 * const calls = functionCalls(["components/form-issues.ts"], () => issues.at(["title"]));
 */
export function functionCalls(files: readonly string[], job: () => void): number {
  const session = new Session();
  session.connect();
  try {
    post(session, "Profiler.enable");
    post(session, "Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    post(session, "Profiler.takePreciseCoverage"); // drops what has been counted so far
    job();
    const { result } = post(session, "Profiler.takePreciseCoverage") as Profiler.TakePreciseCoverageReturnType;
    const watched = result.filter(({ url }) => files.some((file) => url.endsWith(file)));
    let calls = 0;
    for (const { functions } of watched) for (const { ranges } of functions) calls += ranges[0]!.count;
    return calls;
  } finally {
    session.disconnect();
  }
}

/** The inspector of the same thread answers before `post` returns. */
function post(session: Session, method: string, params: object = {}): unknown {
  let answer: unknown;
  session.post(method, params, (error, result) => {
    if (error !== null) throw error;
    answer = result;
  });
  return answer;
}
