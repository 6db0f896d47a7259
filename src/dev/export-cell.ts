import { isDeepStrictEqual } from "node:util";
import { definitionOf, inScope, runningScope, Scope, type Definition } from "./scope.js";

type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** A call that created a view or a component: it is repeated when the function's code changes. */
interface FactoryCall {
  readonly self: unknown;
  readonly args: unknown[];
  readonly result: unknown;
  readonly scope: Scope;
}

/** What a cell knows of the export's present version. It is replaced and not changed, so that an earlier one can be put back. */
interface Version {
  readonly read: () => unknown;
  /** The value when its module was evaluated. A re-export reads another module's newest value, so it is compared with this one. */
  readonly seen: unknown;
  readonly standIn: Callable | undefined;
  readonly calls: readonly FactoryCall[];
  /** Some code captured a result of this function while the application or one of its modules started. */
  readonly resultKept: boolean;
}

/**
 * One export of a module, as its importers see it: the same through all versions of the module. A function is replaced by a
 * stand-in that calls the newest version, so that code which captured it at the start (a layout, a handler) runs the newest
 * version too.
 */
export class ExportCell {
  #version: Version;

  constructor(read: () => unknown) {
    this.#version = { read, seen: undefined, standIn: undefined, calls: [], resultKept: false };
  }

  get value(): unknown {
    const value = this.#version.read();
    if (!isReplaceable(value)) return value;
    const known = this.#version.standIn;
    if (known !== undefined) return known;
    const standIn = this.#makeStandIn(value);
    this.#version = { ...this.#version, standIn };
    return standIn;
  }

  /** The definitions that calls of this function have made. */
  get made(): readonly Definition[] {
    return this.#version.calls.flatMap(({ scope }) => scope.made);
  }

  /** Its module has been evaluated: from now on there is a value. */
  evaluated(): void {
    this.#version = { ...this.#version, seen: this.#version.read() };
  }

  /** The function's newest version. */
  get #code(): Callable {
    return this.#version.read() as Callable;
  }

  #makeStandIn(first: Callable): Callable {
    return new Proxy(first, {
      apply: (_first, self, args: unknown[]) => this.#call(self, args),
      construct: (_first, args: unknown[], target: Callable) => Reflect.construct(this.#code, args, target) as object,
      get: (_first, key): unknown => Reflect.get(this.#code, key),
      has: (_first, key) => Reflect.has(this.#code, key),
    });
  }

  #call(self: unknown, args: unknown[]): unknown {
    const code = this.#code;
    if (runningScope() === undefined) return Reflect.apply(code, self, args);
    const scope = new Scope();
    const result = inScope(scope, () => Reflect.apply(code, self, args));
    const { calls } = this.#version;
    if (definitionOf(result) === undefined) this.#version = { ...this.#version, resultKept: true };
    else this.#version = { ...this.#version, calls: [...calls, { self, args, result, scope }] };
    return result;
  }

  /**
   * Installs the export's next version.
   *
   * @returns `fits`: importers need not run again, because what they hold is unchanged or calls the new code; `undo`: reverts
   * it; `scopes`: those of the factory calls that were repeated
   */
  replace(read: () => unknown): { fits: boolean; undo: () => void; scopes: readonly Scope[] } {
    const before = this.#version;
    const undo = (): void => {
      this.#version = before;
    };
    const old = before.seen;
    const next = read();
    if (Object.is(old, next) || isSameData(old, next)) return { fits: true, undo, scopes: [] };
    if (!isReplaceable(old) || !isReplaceable(next) || before.resultKept) {
      // A new stand-in, so that a module that re-exports it notices the change. Holders of the old one call the new code.
      this.#version = { read, seen: next, standIn: undefined, calls: [], resultKept: false };
      return { fits: false, undo, scopes: [] };
    }
    this.#version = { ...before, read, seen: next };
    try {
      const again = before.calls.map((call) => {
        const scope = new Scope(call.scope.made);
        const result = inScope(scope, () => Reflect.apply(next, call.self, call.args));
        return { ...call, scope, fits: definitionOf(result) === definitionOf(call.result) };
      });
      this.#version = { ...this.#version, calls: again };
      return { fits: again.every(({ fits }) => fits), undo, scopes: again.map(({ scope }) => scope) };
    } catch (error) {
      undo();
      throw error;
    }
  }
}

/** A class has instances, which keep their code, so it is never replaced in place. */
function isReplaceable(value: unknown): value is Callable {
  return typeof value === "function" && !/^class\b/.test(Function.prototype.toString.call(value));
}

/** Plain data that an importer may keep: a topic, a table of labels. */
function isSameData(old: unknown, next: unknown): boolean {
  return isData(old) && isData(next) && isDeepStrictEqual(old, next);
}

function isData(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== "object") return typeof value !== "function" && typeof value !== "symbol";
  if (depth > 8) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map || value instanceof Set || value instanceof Promise) return false;
  // An object with its own methods may hold state that no comparison sees.
  if (prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Reflect.ownKeys(value).every((key) => isData((value as Record<PropertyKey, unknown>)[key], depth + 1));
}
