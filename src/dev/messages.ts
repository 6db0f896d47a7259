/** What a development server tells its pages. Types only: both sides import them. @module */

/** A place in the application's sources, with the lines around it. */
export interface SourceFrame {
  /** Relative to the application's folder. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** A link that opens the place in an editor. */
  readonly editor: string;
  readonly lines: readonly { readonly number: number; readonly text: string }[];
}

/** An error as a developer sees it: plain data, for the overlay, the page and the terminal. */
export interface ErrorReport {
  /** What was happening: "The view crashed: post". */
  readonly title: string;
  readonly message: string;
  /** `expected`, `got`, `fix` of a HoldfastError, and what the program was doing. */
  readonly details: readonly { readonly label: string; readonly text: string }[];
  readonly frame: SourceFrame | undefined;
  readonly stack: readonly string[];
}

/** What the browser is told. */
export type DevMessage =
  /** The application runs without an error, with code of this version. */
  | { readonly kind: "fine"; readonly version: number }
  | { readonly kind: "error"; readonly report: ErrorReport }
  /** What a page's client sent was refused: why, and how to fix it. */
  | { readonly kind: "refused"; readonly text: string }
  /** A file that the page may use has changed: a style sheet, a script. */
  | { readonly kind: "file"; readonly path: string }
  /** The modules of client hooks have changed. */
  | { readonly kind: "hooks" };
