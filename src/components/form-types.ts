/** The value of one input, or one without fields. */
type Leaf = string | number | bigint | boolean | symbol | null | undefined | Date | Uint8Array | ((...args: never) => unknown);

/** `T` if it has fields of its own, else never. */
type Fields<T> = T extends Leaf | readonly unknown[] ? never : T extends object ? T : never;

interface OneLess { 3: 2; 2: 1; 1: 0; 0: 0 }

/** The names of a form's fields; those inside an object are written after a dot, up to four names: `title`, `author.name`. */
export type FieldPath<S, Depth extends 0 | 1 | 2 | 3 = 3> = {
  [K in keyof S & string]-?:
    | K
    | (Depth extends 0 ? never : [Fields<NonNullable<S[K]>>] extends [never] ? never
      : `${K}.${FieldPath<Fields<NonNullable<S[K]>>, OneLess[Depth]>}`);
}[keyof S & string];

/** The type at a path. */
export type ValueAt<S, Path> =
  Path extends keyof S ? S[Path]
    : Path extends `${infer K}.${infer Rest}` ? (K extends keyof S ? ValueAt<NonNullable<S[K]>, Rest> : never)
      : never;

/** The fields that hold fields: an object, or a list of objects. */
export type NestedKey<S> = {
  [K in keyof S & string]-?: unknown extends S[K] ? K : [NestedFields<S[K]>] extends [never] ? never : K;
}[keyof S & string];

/**
 * The fields that hold lists of objects; those inside an item are written after a dot, up to four names: `steps`,
 * `steps.parts`.
 */
export type ListPath<S, Depth extends 0 | 1 | 2 | 3 = 3> = {
  [K in keyof S & string]-?:
    NonNullable<S[K]> extends readonly (infer Item)[]
      ? [Fields<NonNullable<Item>>] extends [never] ? never
        : K | (Depth extends 0 ? never : `${K}.${ListPath<Fields<NonNullable<Item>>, OneLess[Depth]>}`)
      : [Fields<NonNullable<S[K]>>] extends [never] ? never
        : Depth extends 0 ? never : `${K}.${ListPath<Fields<NonNullable<S[K]>>, OneLess[Depth]>}`;
}[keyof S & string];

/** The fields of a nested form. */
export type NestedFields<V> =
  unknown extends V ? Record<string, unknown>
    : NonNullable<V> extends readonly (infer Item)[] ? Fields<NonNullable<Item>> : Fields<NonNullable<V>>;

/** Whether `V` is a list; undefined if that is not known, or if it may be either. */
type IsList<V> = unknown extends V ? undefined
  : [Extract<V, readonly unknown[]>] extends [never] ? false : [NonNullable<V>] extends [readonly unknown[]] ? true : undefined;

/** The parts of a field that do not depend on its type. */
interface FieldParts {
  /** For `id` and a label's `for`. */
  readonly id: string;
  /** For `name`; an input with several values needs `[]` after it. */
  readonly name: string;
  /** Its errors, once its input was used. */
  readonly errors: readonly string[];
  /** Whether its input was focused, changed or submitted. */
  readonly used: boolean;
}

interface TypedField<V, Sent> extends FieldParts {
  /** Types only: whether the schema takes a list, so that a control for one value does not compile with it. */
  readonly takesList?: IsList<Sent>;
  /** For `value`: the sent value, or else the initial one. Undefined if it is a list, or nothing. */
  readonly value: Exclude<V, readonly unknown[] | Fields<V> | null> | string | undefined;
  /** The values of a field with several, such as a `<select multiple>`. Empty if it is not a list. */
  readonly values: readonly ((V extends readonly (infer Item)[] ? Extract<Item, Leaf> : never) | string)[];
}

/** A field whose type is not known. Without the mark of a list, so that each of the others is one. */
interface UntypedField extends FieldParts {
  readonly value: string | number | boolean | undefined;
  readonly values: readonly (string | number | boolean)[];
}

/**
 * The parts of one field. What a client has sent is text, whatever the field's type will be. `Field` without arguments is a
 * field with any text, number or boolean, for helpers.
 *
 * @typeParam V the field's type
 * @typeParam Sent what its schema takes: a list has other inputs than a single value
 */
export type Field<V = unknown, Sent = V> = unknown extends V ? UntypedField : TypedField<V, Sent>;

/** An error of a value, as every Standard Schema validator reports it. @see https://standardschema.dev */
export interface FormIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
