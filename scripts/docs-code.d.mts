/** A code block of a Markdown text. */
export interface CodeBlock {
  readonly language: string;
  readonly file: string | undefined;
  readonly region: string | undefined;
  readonly code: string;
}
export function codeBlocks(markdown: string): CodeBlock[];
export function shownCode(file: string, region?: string): string;
export function withCode(markdown: string): string;
