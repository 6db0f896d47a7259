import { EventNames } from "./event-names.js";
import { literalsOf, type HtmlLiteral } from "./literals.js";
import { staticValue } from "./markup.js";
import { textOf } from "./nodes.js";
import { readMarkup, type Reading } from "./read-markup.js";
import { Routes } from "./routes.js";
import type { SourceFile } from "./source-file.js";
import { TaskNames } from "./task-names.js";

/** A file with its templates, parsed once for each version. */
export interface CheckedFile {
  readonly source: SourceFile;
  readonly literals: readonly (readonly [HtmlLiteral, Reading])[];
  /** The string literals of its code. */
  readonly texts: ReadonlySet<string>;
}

/** Parses a file's templates. */
export function checkedFile(source: SourceFile): CheckedFile {
  const texts = new Set<string>();
  for (const node of source.nodes.all) {
    const text = textOf(node);
    if (text !== undefined) texts.add(text);
  }
  return { source, texts, literals: literalsOf(source).map((literal) => [literal, readMarkup(literal.strings)] as const) };
}

/** What is known about all files together. */
export class Project {
  readonly events: EventNames;
  readonly routes: Routes;
  readonly tasks: TaskNames;
  /** Ids that some `<label for="…">` names. */
  readonly labelledIds: ReadonlySet<string>;
  readonly #texts = new Map<SourceFile, ReadonlySet<string>>();

  constructor(files: readonly CheckedFile[]) {
    this.events = new EventNames(files.map(({ source }) => source));
    this.routes = new Routes(files.map(({ source }) => source));
    this.tasks = new TaskNames(files.map(({ source }) => source));
    const labelled = new Set<string>();
    for (const { source, texts, literals } of files) {
      const mentioned = new Set(texts);
      for (const [, { markup }] of literals) {
        for (const element of markup.elements) {
          mentioned.add(staticValue(element, "id") ?? "");
          if (element.tag === "label") labelled.add(staticValue(element, "for") ?? "");
        }
      }
      this.#texts.set(source, mentioned);
    }
    this.labelledIds = labelled;
  }

  /** Whether a file contains this text as an id in a template, or as a string in its code that may become one. */
  mentions(file: SourceFile, id: string): boolean {
    return this.#texts.get(file)?.has(id) ?? false;
  }
}
