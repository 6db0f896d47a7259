import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("../../styles/components.css", import.meta.url), "utf8");

/** Both colours of a token, by its name without `--hf-`. */
function token(name: string): Readonly<Record<"light" | "dark", string>> {
  const [, light, dark] = new RegExp(`--hf-${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(css) ?? [];
  if (light === undefined || dark === undefined) throw new TypeError(`--hf-${name} is not two colours`);
  return { light, dark };
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter! + 0.05) / (darker! + 0.05);
}

const KINDS = [["success", "good"], ["warning", "warning"], ["error", "danger"]] as const;

test.each(KINDS)("a %s has an edge and a ground of its own, on which its text can be read in light and dark", (kind, name) => {
  const rule = css.split("\n").find((line) => line.startsWith(`.hf-message[data-kind="${kind}"]`));
  expect(rule).toContain(`border-inline-start-color: var(--hf-${name}); background: var(--hf-${name}-wash);`);
  for (const mode of ["light", "dark"] as const) {
    const ground = token(`${name}-wash`)[mode];
    for (const colour of ["text", "soft", name]) expect(contrast(token(colour)[mode], ground), `${mode} ${colour}`).toBeGreaterThanOrEqual(4.5);
  }
});
