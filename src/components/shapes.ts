import type { Template } from "../html/index.js";

/** How many shapes of elements a generation holds. A forgotten one costs a scan, and its next diff sends its statics again. */
const MAX_SHAPES = 500;

/**
 * The template of each shape: always the same object, because a diff identifies a template by identity. Shapes not used while
 * a generation filled up are forgotten, so that names which never return do not pile up.
 */
export class Shapes {
  readonly #max: number;
  #shapes = new Map<string, Template>();
  #older = new Map<string, Template>();

  /** @param max how many shapes a generation has; two are kept. Default 500 */
  constructor(max = MAX_SHAPES) {
    this.#max = max;
  }

  /**
   * The template of a shape.
   *
   * @param key equal for equal templates only
   * @param make called for an unknown shape; if it throws, it is called again the next time
   */
  get(key: string, make: () => Template): Template {
    const known = this.#shapes.get(key);
    if (known !== undefined) return known;
    const template = this.#older.get(key) ?? make();
    if (this.#shapes.size >= this.#max) {
      this.#older = this.#shapes;
      this.#shapes = new Map();
    }
    this.#shapes.set(key, template);
    return template;
  }
}
