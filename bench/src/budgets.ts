import { field, median, ratios, type Saved, spread } from "./results.js";

/** What one number must reach. */
interface Budget {
  readonly scenario: string;
  readonly what: string;
  readonly must: number;
  readonly unit: string;
  readonly digits: number;
  /** One value per round. */
  readonly seen: (saved: Saved) => readonly number[];
}

const ratio = (scenario: string, what: string, must: number, unit: string): Budget => ({
  scenario, what, must, unit, digits: 2, seen: ({ scenarios }) => ratios(scenarios[scenario]!),
});
const bytes = (scenario: string, what: string, must: number, path: string): Budget => ({
  scenario, what, must, unit: "B", digits: 0,
  seen: ({ scenarios }) => scenarios[scenario]!.raw.map((numbers) => field([numbers], path)),
});

/** What must be reached. A limit that is not met is a reason to look with a profiler, never to move it. */
export const BUDGETS: readonly Budget[] = [
  ratio("counter", "counter, 200 connections", 1.3, "× floor"),
  ratio("rows", "one of 1,000 rows, 50 connections", 8, "× floor"),
  bytes("rows", "its reply, the first 200 of a view", 126, "reply_bytes"),
  ratio("feed", "broadcast to 2,000 views", 1.5, "× bare sockets"),
  ratio("feed-stream", "the same, into a stream", 1.5, "× bare sockets"),
  ratio("joins", "join", 26, "× floor"),
  ratio("dead-counter", "GET of the counter", 6, "× floor"),
  ratio("dead", "GET of 1,000 rows", 50, "× floor"),
  {
    scenario: "memory", what: "memory per idle view, above a bare socket", must: 6, unit: "KiB", digits: 1,
    seen: ({ scenarios }) => scenarios["memory"]!.own.map((own, i) => own - scenarios["memory"]!.against[i]!),
  },
  bytes("rows-latency", "1,000 rows: HTML", 130_814, "html_bytes"),
  bytes("rows-latency", "1,000 rows: join reply", 84_894, "join_reply_bytes"),
  ratio("disconnect", "disconnect 2,000 sockets", 2, "× bare sockets"),
];

/** What each run has seen, what must be reached, and in how many runs it was: one line each, for what was measured. */
export function verdicts(runs: readonly Saved[]): string[] {
  const measured = BUDGETS.filter(({ scenario }) => runs.every(({ scenarios }) => scenarios[scenario] !== undefined));
  return measured.map(({ what, must, unit, digits, seen }) => {
    const met = runs.filter((saved) => median(seen(saved)) <= must).length;
    const verdict = met === runs.length ? "met" : met === 0 ? "**not met**" : `**met in ${met} of ${runs.length}**`;
    return `| ${what} | ${runs.map((saved) => spread(seen(saved), digits)).join(" | ")} | ≤ ${must.toLocaleString("en")} ${unit} | ${verdict} |`;
  });
}
