/** Is shown each view and live component where it is defined. What it returns takes the definition's place. */
export type DefinitionObserver = <D extends object>(made: D) => D;

let observer: DefinitionObserver | undefined;

/** Observes definitions from now on: `holdfast dev` replaces them in the running process. Nothing else calls it. */
export function observeDefinitions(next: DefinitionObserver | undefined): void {
  observer = next;
}

/** The definition that the program is given: the one that was just made, unless somebody observes. */
export function observed<D extends object>(made: D): D {
  return observer === undefined ? made : observer(made);
}
