import type { ComponentIdentity } from "../../diff/index.js";

/** Where the numbers of a page with an unknown predecessor begin: those below belong to pages that a GET wrote. */
const UNUSED_FROM = 2 ** 32;
const UNUSED_COUNT = 2 ** 40;

/**
 * The numbers of a page's components. The browser shows a page until the patch of its next join, and in between it sends the
 * events of the old page to the new one, with the old numbers. So a number never stands for another component than it did on the
 * page before: the next page goes on with the numbers of the last one, or, if those are not known here, begins somewhere else.
 */
export class ComponentNumbers {
  #last: number;
  #before: Map<object, Map<string, number>> | undefined;

  private constructor(last: number) {
    this.#last = last;
  }

  /** Numbers for a page that a GET writes: from 1, as in LiveView. */
  static first(): ComponentNumbers {
    return new ComponentNumbers(0);
  }

  /** Numbers for a page whose predecessor is unknown: from a random start, so that no two pages share one. */
  static unused(): ComponentNumbers {
    return new ComponentNumbers(UNUSED_FROM + Math.floor(Math.random() * UNUSED_COUNT));
  }

  /** Numbers for a page that follows another: a component on both keeps its number. */
  static after(components: ReadonlyMap<number, ComponentIdentity>, last: number): ComponentNumbers {
    const numbers = new ComponentNumbers(last);
    for (const [cid, { definition, id }] of components) {
      numbers.#before ??= new Map();
      const ofSame = numbers.#before.get(definition);
      if (ofSame === undefined) numbers.#before.set(definition, new Map([[id, cid]]));
      else ofSame.set(id, cid);
    }
    return numbers;
  }

  /** The highest number given to any component, here or on an earlier page. */
  get last(): number {
    return this.#last;
  }

  /** The number of a component that appears on the page. One that left and comes back gets a new number. */
  take(definition: object, id: string): number {
    const ofSame = this.#before?.get(definition);
    const before = ofSame?.get(id);
    if (ofSame === undefined || before === undefined) return ++this.#last;
    ofSame.delete(id);
    return before;
  }
}
