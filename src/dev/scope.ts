import { AsyncLocalStorage } from "node:async_hooks";
import { DefinedComponent, LiveView, observeDefinitions, renameView } from "../live/index.js";

/** A view or a live component: it keeps its identity while its code is replaced. */
export type Definition = LiveView | DefinedComponent;

/**
 * What a piece of the application's code defines while it runs: a module's evaluation, or a call of a factory such as
 * `postView(web)`. When the piece runs again with new code, its n-th definition replaces the n-th of the previous run.
 */
export class Scope {
  readonly made: Definition[] = [];
  /** The definitions of the previous run. */
  readonly #previous: readonly Definition[];
  /** New code for existing definitions, applied once everything has succeeded. */
  readonly replacements = new Map<Definition, Definition>();
  /** True once the piece has run. What its requests and timers define later belongs to no scope. */
  done = false;

  constructor(previous: readonly Definition[] = []) {
    this.#previous = previous;
  }

  define(fresh: Definition): Definition {
    const before = this.#previous[this.made.length];
    const kept = before !== undefined && before.constructor === fresh.constructor && isCalledAs(before, fresh) ? before : fresh;
    if (kept !== fresh) this.replacements.set(kept, fresh);
    this.made.push(kept);
    return kept;
  }
}

/** Without a name they are called by their places, which every save may move. */
function isCalledAs(before: Definition, fresh: Definition): boolean {
  return before.named ? before.name === fresh.name : !fresh.named;
}

const current = new AsyncLocalStorage<Scope>();

/** The scope whose code is running; undefined once the application serves. */
export function runningScope(): Scope | undefined {
  const scope = current.getStore();
  return scope?.done === false ? scope : undefined;
}

/** Runs code, and what it awaits, in a scope. */
export function inScope<T>(scope: Scope, run: () => T): T {
  const result = current.run(scope, run);
  if (result instanceof Promise) {
    const end = (): void => void (scope.done = true);
    result.then(end, end);
  } else scope.done = true;
  return result;
}

/** From now on definitions belong to the scope that makes them. */
export function trackDefinitions(): void {
  observeDefinitions((made) => {
    const scope = runningScope();
    // A scope replaces a definition only with one of the same class.
    return scope !== undefined && isDefinition(made) ? scope.define(made) as typeof made & Definition : made;
  });
}

function isDefinition(value: unknown): value is Definition {
  return value instanceof LiveView || value instanceof DefinedComponent;
}

/** The definition behind an exported value: a view is its own definition, a live component is a function that has one. */
export function definitionOf(value: unknown): Definition | undefined {
  if (isDefinition(value)) return value;
  const inner = typeof value === "function" ? (value as { definition?: unknown }).definition : undefined;
  return isDefinition(inner) ? inner : undefined;
}

/**
 * Gives a definition the code of another one.
 *
 * @returns whether assigns made by the old code may be wrong under the new one: those of joined pages come from hooks,
 * parameters, topics and mount
 */
export function replaceDefinition(kept: Definition, fresh: Definition): boolean {
  const remount = mountCode(kept) !== mountCode(fresh) || hooksChanged(kept, fresh);
  // Open pages hold proofs that are bound to the view that rendered them, so its identity stays.
  Object.assign(kept, fresh, kept instanceof LiveView && { identity: kept.identity });
  if (kept instanceof LiveView && kept.named) renameView(kept.name, kept);
  return remount;
}

function mountCode(definition: Definition): string {
  const { mount, topics } = definition;
  const own = definition instanceof LiveView
    ? [definition.authorize, definition.handleParams, definition.params === undefined] : [definition.update, definition.updateMany];
  return [mount, topics, ...own].map(String).join("\n");
}

function hooksChanged(kept: Definition, fresh: Definition): boolean {
  if (!(kept instanceof LiveView) || !(fresh instanceof LiveView)) return false;
  return kept.hooks.length !== fresh.hooks.length || kept.hooks.some((hook, index) => hook !== fresh.hooks[index]);
}
