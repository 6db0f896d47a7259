/** Receives each view and live component as it is defined; its result replaces the definition. */
type DefinitionObserver = <D extends object>(made: D) => D;

let observer: DefinitionObserver | undefined;

/** Observes definitions from now on: `holdfast dev` uses it to replace them in the running process. Nothing else calls it. */
export function observeDefinitions(next: DefinitionObserver | undefined): void {
  observer = next;
}

/** The definition that the program receives: the one just made, unless an observer replaces it. */
export function observed<D extends object>(made: D): D {
  return observer === undefined ? made : observer(made);
}
