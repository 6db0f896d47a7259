import { html, type Rendered, type TemplateValue } from "holdfast";

/** What the engine did, in counts that are the same on every machine. */
export interface Work {
  /** Templates that were made: one per view, and one per item of a list. */
  templates: number;
  /** Values of templates that were looked at: each look is a comparison or the start of one. */
  looks: number;
  /** Values that were turned into text. */
  texts: number;
}

type Hole = { encode: (value: unknown) => string };

/** A template tag that counts what becomes of its templates: the engine itself knows nothing of it. */
export class WorkCounter {
  readonly #work: Work = { templates: 0, looks: 0, texts: 0 };
  readonly #watched = new WeakSet<Hole>();

  /** Use it as `html`. */
  readonly html = (strings: TemplateStringsArray, ...values: readonly TemplateValue[]): Rendered => {
    const work = this.#work;
    work.templates++;
    const rendered = html(strings, ...values);
    for (const hole of rendered.template.holes as unknown as readonly Hole[]) this.#watch(hole);
    const counted = new Proxy(rendered.values, {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) work.looks++;
        return Reflect.get(target, key) as unknown;
      },
    });
    Object.defineProperty(rendered, "values", { value: counted });
    return rendered;
  };

  #watch(hole: Hole): void {
    if (this.#watched.has(hole)) return;
    this.#watched.add(hole);
    const encode = hole.encode.bind(hole);
    hole.encode = (value) => {
      this.#work.texts++;
      return encode(value);
    };
  }

  /** What was done meanwhile. */
  async during(job: () => Promise<unknown>): Promise<Work> {
    const before = { ...this.#work };
    await job();
    const { templates, looks, texts } = this.#work;
    return { templates: templates - before.templates, looks: looks - before.looks, texts: texts - before.texts };
  }
}
