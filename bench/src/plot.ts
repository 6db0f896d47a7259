// Plots as plain SVG: two logarithmic axes, lines labelled at their ends, light or dark like the reader's page.

/** One line of a plot. */
export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a plot shows. */
export interface Plot {
  readonly title: string;
  /** Its conclusion, in one sentence. */
  readonly says: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** A dashed line through the first series' first point, for comparison: y grows as x does. */
  readonly proportional: string;
  readonly note: string;
}

const WIDTH = 780;
const HEIGHT = 440;
const LEFT = 92;
const RIGHT = 196;
const TOP = 84;
const BOTTOM = 72;
/** Distinct for the colour-blind too (Okabe and Ito). */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

const STYLE = `
  svg { background: #ffffff; }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #57606a; }
  .title { font-size: 18px; font-weight: 600; fill: #1f2328; }
  .says { font-size: 14px; }
  .note { font-size: 11px; }
  .name { font-weight: 600; }
  .grid { stroke: #d8dee4; }
  .minor { stroke: #eff2f5; }
  .axis { stroke: #8c959f; }
  .proportional { stroke: #8c959f; stroke-dasharray: 5 5; fill: none; }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
  .dot { stroke: #ffffff; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117; }
    text { fill: #9198a1; }
    .title { fill: #f0f6fc; }
    .grid { stroke: #30363d; }
    .minor { stroke: #1c2129; }
    .dot { stroke: #0d1117; }
  }`;

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const text = (x: number, y: number, content: string, attributes = ""): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escape(content)}</text>`;
const line = (kind: string, x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="${kind}" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;
const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString("en") : value >= 10 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(2);

/** A logarithmic axis between two powers of ten, at least two decades, so that a small change looks small. */
function axis(values: readonly number[], from: number, to: number): { low: number; high: number; at: (value: number) => number } {
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const high = Math.max(low + 2, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return { low, high, at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from) };
}

/** Moves overlapping labels apart. */
function spreadOut(wanted: readonly number[], gap: number): number[] {
  const placed: number[] = [];
  for (const { y, i } of wanted.map((y, i) => ({ y, i })).toSorted((a, b) => a.y - b.y)) {
    const above = Math.max(-Infinity, ...placed.filter((other) => other !== undefined));
    placed[i] = Math.max(y, above + gap);
  }
  return placed;
}

/** Draws a plot as an SVG document. */
export function draw({ title, says, x: xLabel, y: yLabel, series, proportional, note }: Plot): string {
  const points = series.flatMap((one) => one.points);
  const x = axis(points.map(([value]) => value), LEFT, WIDTH - RIGHT);
  const y = axis(points.map(([, value]) => value), HEIGHT - BOTTOM, TOP);
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escape(title)}</title><desc>${escape(says)}</desc><style>${STYLE}\n</style>`,
    `<clipPath id="area"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - RIGHT - LEFT}" height="${HEIGHT - BOTTOM - TOP}"/></clipPath>`,
    text(LEFT, 34, title, 'class="title"'),
    text(LEFT, 57, says, 'class="says"'),
  ];
  for (let decade = y.low; decade <= y.high; decade++) {
    if (y.high - y.low <= 3 && decade < y.high) {
      for (let times = 2; times < 10; times++) {
        const at = y.at(times * 10 ** decade);
        out.push(line("minor", LEFT, at, WIDTH - RIGHT, at));
      }
    }
    const at = y.at(10 ** decade);
    out.push(line("grid", LEFT, at, WIDTH - RIGHT, at), text(LEFT - 10, at + 4, figure(10 ** decade), 'text-anchor="end"'));
  }
  for (let decade = x.low; decade <= x.high; decade++) {
    const at = x.at(10 ** decade);
    out.push(line("axis", at, HEIGHT - BOTTOM, at, HEIGHT - BOTTOM + 5));
    out.push(text(at, HEIGHT - BOTTOM + 21, figure(10 ** decade), 'text-anchor="middle"'));
  }
  out.push(line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM));
  out.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 42, xLabel, 'text-anchor="middle"'));
  out.push(text(0, 0, yLabel, `transform="translate(20 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle"`));

  const first = series[0]!.points[0]!;
  const end = 10 ** x.high;
  const [fromX, fromY, toX, toY] = [x.at(first[0]), y.at(first[1]), x.at(end), y.at((first[1] * end) / first[0])];
  out.push(
    `<path class="proportional" clip-path="url(#area)" d="M${fromX.toFixed(1)} ${fromY.toFixed(1)}L${toX.toFixed(1)} ${toY.toFixed(1)}"/>`,
  );
  // Labelled halfway to where it leaves the area.
  const leaves = toY < TOP ? (fromY - TOP) / (fromY - toY) : 1;
  const [namedX, namedY] = [fromX + (toX - fromX) * leaves * 0.62, fromY + (toY - fromY) * leaves * 0.62];
  out.push(text(namedX + 12, namedY + 6, proportional, 'class="note"'));

  const names = spreadOut(series.map((one) => Math.min(y.at(one.points.at(-1)![1]), HEIGHT - BOTTOM - 18)), 34);
  for (const [i, { label, points: own }] of series.entries()) {
    const colour = COLOURS[i % COLOURS.length]!;
    const path = own.map(([px, py], at) => `${at === 0 ? "M" : "L"}${x.at(px).toFixed(1)} ${y.at(py).toFixed(1)}`).join("");
    out.push(`<path class="line" stroke="${colour}" d="${path}"/>`);
    for (const [px, py] of own) {
      out.push(`<circle class="dot" fill="${colour}" cx="${x.at(px).toFixed(1)}" cy="${y.at(py).toFixed(1)}" r="4.5"/>`);
    }
    out.push(text(WIDTH - RIGHT + 14, names[i]! - 1, label, `class="name" style="fill:${colour}"`));
    out.push(text(WIDTH - RIGHT + 14, names[i]! + 15, `${figure(own[0]![1])} → ${figure(own.at(-1)![1])}`, 'class="note"'));
  }
  out.push(text(LEFT, HEIGHT - 14, note, 'class="note"'), "</svg>");
  return `${out.join("\n")}\n`;
}
