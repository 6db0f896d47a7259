// What is printed: the markdown that the README carries.
import { verdicts } from "./budgets.js";
import { describe } from "./options.js";
import { field, type Measured, ratios, type Saved, spread } from "./results.js";
import { isFloor, othersUsed, SCENARIOS } from "./scenarios.js";

const number = (value: number, digits: number): string =>
  Number.isNaN(value) ? "–" : value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Latency, wherever the scenario has it: the generator's own, or wrk's. */
function latency({ raw }: Measured): string {
  const p50 = field(raw, "latency_ms.p50");
  const [low, high] = Number.isNaN(p50) ? [field(raw, "p50_ms"), field(raw, "p99_ms")] : [p50, field(raw, "latency_ms.p99")];
  return Number.isNaN(low) ? "–" : `${number(low, 2)} / ${number(high, 2)}`;
}

/** Bytes of a reply, where they were counted over the first 200 events or else over all. */
function bytes({ raw }: Measured): string {
  const first = field(raw, "reply_bytes");
  return number(Number.isNaN(first) ? field(raw, "bytes_per_reply") : first, 0);
}

/** The tables of a run, as markdown. */
export function table(saved: Saved): string {
  const { scenarios } = saved;
  const of = (unit: Measured["unit"]): [string, string, Measured][] =>
    SCENARIOS.flatMap(({ name, title }) => {
      const measured = scenarios[name];
      return measured?.unit === unit ? [[name, title, measured] as [string, string, Measured]] : [];
    });
  const lines = [
    `${describe(saved.machine)}; ${saved.when}; medians of ${saved.rounds} rounds (min–max), ${saved.seconds} s each.`,
  ];
  const others = othersUsed(scenarios);
  if (others > 0.2) lines.push("", `Other processes used up to ${others} cores meanwhile: these numbers are doubtful.`);

  const cpu = of("µs");
  if (cpu.length > 0) {
    lines.push("", "| | server CPU, µs | × floor | per second | p50 / p99, ms | bytes a reply |", "|---|---|---|---|---|---|");
    for (const [name, title, measured] of cpu) {
      const times = isFloor(name) ? "1" : spread(ratios(measured), 2);
      lines.push(`| ${title} | ${spread(measured.own, 1)} | ${times} | ${number(field(measured.raw, "per_s"), 0)} | ${latency(measured)} | ${bytes(measured)} |`);
    }
  }
  const clock = of("ms");
  if (clock.length > 0) {
    lines.push("", "| | ms | bare sockets, ms | × bare sockets |", "|---|---|---|---|");
    for (const [, title, measured] of clock) {
      lines.push(`| ${title} | ${spread(measured.own, 1)} | ${spread(measured.against, 1)} | ${spread(ratios(measured), 2)} |`);
    }
  }
  const memory = scenarios["memory"];
  if (memory !== undefined) {
    lines.push("", "| | KiB a view | KiB a bare socket |", "|---|---|---|");
    lines.push(`| memory when idle, after a collection | ${spread(memory.own, 1)} | ${spread(memory.against, 1)} |`);
    const idle = "kib_per_view_idle";
    lines.push(`| memory when idle, without | ${number(field(memory.raw, idle), 1)} | ${number(field(memory.twin, idle), 1)} |`);
  }
  lines.push("", "| | seen | must reach | |", "|---|---|---|---|", ...verdicts(saved).map(({ line }) => line));
  return lines.join("\n");
}
