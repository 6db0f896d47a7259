import { html, type Rendered } from "holdfast";

const day = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const minute = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** A day, for people and for machines. */
export function dateOf(date: Date): Rendered {
  return html`<time datetime=${date.toISOString()}>${day.format(date)}</time>`;
}

/** A moment, for people and for machines. */
export function timeOf(date: Date): Rendered {
  return html`<time datetime=${date.toISOString()}>${minute.format(date)} UTC</time>`;
}

/** Paragraphs of a plain text: an empty line ends one. */
export function paragraphs(text: string): string[] {
  return text.split(/\r?\n\s*\r?\n/).map((paragraph) => paragraph.trim()).filter((paragraph) => paragraph !== "");
}

/** The beginning of a text, cut between words. */
export function excerpt(text: string, length = 280): string {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= length) return flat;
  const cut = flat.slice(0, length);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), length / 2))}…`;
}
